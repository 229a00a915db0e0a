// `throughline completion SHELL`: a script for the shell, which asks `throughline __complete` what fits.
import { visibleLine } from "@throughline/lab/text";
import { Argument, type Command } from "commander";
import { candidates } from "../candidates.js";
import { print } from "../terminal.js";

// A candidate is a word from outside, such as the name of a folder: bash inserts it as it is, so it is quoted here; zsh and
// fish quote what they insert.
const scripts = {
  bash: `# throughline completion for bash; put this into ~/.bashrc:
#   source <(throughline completion bash)
_throughline() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    printf -v line %q "\${line%%$'\\t'*}"
    COMPREPLY+=("$line")
  done < <(throughline __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -o nosort -F _throughline throughline 2>/dev/null ||
  complete -o default -F _throughline throughline`,
  zsh: `#compdef throughline
# throughline completion for zsh; put this into ~/.zshrc, after compinit:
#   source <(throughline completion zsh)
_throughline() {
  local -a found
  local name text
  while IFS=$'\\t' read -r name text; do
    name=\${name//\\\\/\\\\\\\\}
    found+=("\${name//:/\\\\:}\${text:+:$text}")
  done < <(throughline __complete -- "\${(@Q)words[2,CURRENT]}" 2>/dev/null)
  if (( \${#found} )); then _describe throughline found; else _files; fi
}
compdef _throughline throughline`,
  fish: `# throughline completion for fish:
#   throughline completion fish > ~/.config/fish/completions/throughline.fish
function __throughline_complete
  set -l words (commandline -opc) (commandline -ct)
  throughline __complete -- $words[2..-1] 2>/dev/null
end
complete -c throughline -a '(__throughline_complete)'`,
} as const;

export function completion(program: Command): Command {
  const hidden = program.command("__complete", { hidden: true }).argument("[words...]");
  hidden.allowUnknownOption().helpOption(false);
  hidden.action(async () => {
    const words = hidden.args[0] === "--" ? hidden.args.slice(1) : hidden.args;
    for (const { name, text } of await candidates(program, words)) {
      // A name that a terminal would obey is never offered.
      if (visibleLine(name) === name) print(text ? `${name}\t${visibleLine(text)}` : name);
    }
  });
  return program
    .command("completion")
    .description("print a completion script for a shell")
    .addArgument(new Argument("<shell>", "shell to complete for").choices(Object.keys(scripts)))
    .action((shell: keyof typeof scripts) => print(scripts[shell]));
}
