// Takes its terminal over, says so, and ends as it is told to.
import { onScreen } from "../../dist/show/screen.js";

const [how] = process.argv.slice(2);
const keys = [];
const said = await onScreen(async (screen, listen, ended) => {
  const quit = new Promise((resolve) => {
    listen({
      onKeys: (text) => {
        if (how === "listener") throw new Error("the listener failed");
        keys.push(text);
        if (text.includes("q")) resolve(keys.join("|"));
      },
      onResize: () => screen.show([`now ${screen.columns} ${screen.rows}`]),
    });
  });
  screen.show([`ready ${screen.columns} ${screen.rows}`]);
  if (how === "exit") process.exit(4);
  if (how === "throw") throw new Error("the work failed");
  return Promise.race([quit, ended]);
}).catch((error) => `error: ${error.message}`);
console.log(said);
