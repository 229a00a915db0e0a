// Steps of a run's loops, heard as they begin: to stop a run, or to fail, at a step of one's choice.

/** A run's context that calls `heard` at the beginning of each step of its loops, `loop` and `loopAsync`. */
export function hearing<Context extends object>(
  context: Context,
  heard: (loop: string, step: number) => void,
): Context {
  return new Proxy(context, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key);
      if (typeof value !== "function") return value;
      if (key !== "loop" && key !== "loopAsync") return value.bind(target);
      return (name: string, options: unknown, body: (step: number) => unknown): unknown =>
        value.call(target, name, options, (step: number) => {
          heard(name, step);
          return body(step);
        });
    },
  });
}
