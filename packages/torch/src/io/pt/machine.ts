import { quote, type Refuse } from "../../files/refuse.js";
import type { Budget } from "./budget.js";
import { Cursor } from "./cursor.js";
import { PyBuilt, PyContainer, PyDict, PyGlobal, PyList, PySet, PyTuple, type PyValue } from "./objects.js";
import { op, refused } from "./opcodes.js";
import { Stack } from "./stack.js";

/** What the pickle machine asks its caller for. Each method throws if that is not allowed. */
export interface World {
  find(module: string, name: string): PyValue;
  persistent(id: PyValue): PyValue;
}

/**
 * Reads a pickle as data. No name is imported and nothing is called: every global comes from `world.find`, which
 * knows a fixed list, and stands for a function of this package.
 * @throws io/unsafe, io/format, io/truncated, io/limit
 */
export function unpickle(bytes: Uint8Array, world: World, budget: Budget, refuse: Refuse): PyValue {
  return new Machine(bytes, world, budget, refuse).run();
}

class Machine {
  readonly #cursor: Cursor;
  readonly #stack: Stack;
  readonly #memo: PyValue[] = []; // with holes only if the file leaves numbers out
  readonly #world: World;
  readonly #budget: Budget;
  readonly #refuse: Refuse;

  constructor(bytes: Uint8Array, world: World, budget: Budget, refuse: Refuse) {
    this.#cursor = new Cursor(bytes, refuse);
    this.#stack = new Stack(refuse);
    this.#world = world;
    this.#budget = budget;
    this.#refuse = refuse;
  }

  run(): PyValue {
    this.#checkProtocol();
    for (;;) {
      this.#budget.step();
      const code = this.#cursor.u8();
      if (code === op.stop) return this.#finish();
      if (!(this.#scalar(code) || this.#container(code) || this.#memory(code) || this.#object(code)))
        throw this.#unknown(code);
    }
  }

  #checkProtocol(): void {
    const code = this.#cursor.u8();
    const protocol = code === op.proto ? this.#cursor.u8() : 0;
    if (protocol < 2 || protocol > 5) {
      throw this.#refuse(
        "format",
        `its pickle is of protocol ${protocol < 2 ? "0 or 1" : protocol}; 2 to 5 are accepted`,
      );
    }
  }

  #finish(): PyValue {
    const value = this.#stack.pop();
    if (this.#cursor.remaining > 0)
      throw this.#refuse("format", `its pickle stops ${this.#cursor.remaining} bytes before its end`);
    return value;
  }

  #scalar(code: number): boolean {
    const cursor = this.#cursor;
    switch (code) {
      case op.none:
        return this.#push(null);
      case op.newTrue:
        return this.#push(true);
      case op.newFalse:
        return this.#push(false);
      case op.binInt:
        return this.#push(cursor.i32());
      case op.binInt1:
        return this.#push(cursor.u8());
      case op.binInt2:
        return this.#push(cursor.u16());
      case op.long1:
        return this.#push(cursor.integer(cursor.u8()));
      case op.long4:
        return this.#push(cursor.integer(cursor.u32()));
      case op.binFloat:
        return this.#push(cursor.f64());
      case op.shortBinUnicode:
        return this.#push(cursor.text(cursor.u8()));
      case op.binUnicode:
        return this.#push(cursor.text(cursor.u32()));
      case op.binUnicode8:
        return this.#push(cursor.text(cursor.u64()));
      case op.shortBinBytes:
        return this.#push(cursor.bytes(cursor.u8()));
      case op.binBytes:
        return this.#push(cursor.bytes(cursor.u32()));
      case op.binBytes8:
      case op.byteArray8:
        return this.#push(cursor.bytes(cursor.u64()));
      default:
        return false;
    }
  }

  #container(code: number): boolean {
    const stack = this.#stack;
    switch (code) {
      case op.emptyTuple:
        return this.#made(new PyTuple([]));
      case op.tuple1:
        return this.#made(new PyTuple(stack.take(1)));
      case op.tuple2:
        return this.#made(new PyTuple(stack.take(2)));
      case op.tuple3:
        return this.#made(new PyTuple(stack.take(3)));
      case op.tuple:
        return this.#made(new PyTuple(stack.takeToMark()));
      case op.emptyList:
        return this.#made(new PyList());
      case op.emptyDict:
        return this.#made(new PyDict());
      case op.emptySet:
        return this.#made(new PySet());
      case op.append:
        return this.#extend(stack.take(1), PyList, "APPEND");
      case op.appends:
        return this.#extend(stack.takeToMark(), PyList, "APPENDS");
      case op.addItems:
        return this.#extend(stack.takeToMark(), PySet, "ADDITEMS");
      case op.setItem:
        return this.#setItems(stack.take(2));
      case op.setItems:
        return this.#setItems(stack.takeToMark());
      case op.frozenSet:
        return this.#frozenSet(stack.takeToMark());
      default:
        return false;
    }
  }

  #memory(code: number): boolean {
    const cursor = this.#cursor;
    switch (code) {
      case op.mark:
        this.#budget.marks(this.#stack.mark());
        return true;
      case op.pop:
        this.#stack.drop();
        return true;
      case op.popMark:
        this.#stack.takeToMark();
        return true;
      case op.dup:
        return this.#push(this.#stack.top());
      case op.frame:
        return this.#checkFrame(cursor.u64());
      case op.binPut:
        return this.#put(cursor.u8());
      case op.longBinPut:
        return this.#put(cursor.u32());
      case op.memoize:
        return this.#put(this.#memo.length);
      case op.binGet:
        return this.#get(cursor.u8());
      case op.longBinGet:
        return this.#get(cursor.u32());
      default:
        return false;
    }
  }

  #object(code: number): boolean {
    switch (code) {
      case op.global:
        return this.#push(this.#world.find(this.#cursor.line(), this.#cursor.line()));
      case op.stackGlobal:
        return this.#stackGlobal();
      case op.reduce:
      case op.newObj:
        return this.#call(this.#stack.take(2));
      case op.newObjEx:
        return this.#callWithKeywords();
      case op.build:
        return this.#build();
      case op.binPersId:
        return this.#push(this.#world.persistent(this.#stack.pop()));
      default:
        return false;
    }
  }

  #push(value: PyValue): true {
    this.#stack.push(value);
    return true;
  }

  #made(value: PyValue & PyContainer): true {
    this.#budget.container(value, true);
    return this.#push(value);
  }

  #extend(values: PyValue[], kind: typeof PyList | typeof PySet, name: string): true {
    const target = this.#stack.top();
    if (!(target instanceof kind))
      throw this.#refuse("format", `its pickle applies ${name} to something else`);
    for (const value of values) target.add(value);
    this.#budget.container(target, false);
    return true;
  }

  #frozenSet(values: PyValue[]): true {
    this.#made(new PySet());
    return this.#extend(values, PySet, "FROZENSET");
  }

  #setItems(values: PyValue[]): true {
    const target = this.#stack.top();
    if (!(target instanceof PyDict))
      throw this.#refuse("format", "its pickle applies SETITEMS to something other than a dict");
    if (values.length % 2 !== 0)
      throw this.#refuse("format", "its pickle gives a dict a key without a value");
    for (let at = 0; at < values.length; at += 2) target.set(values[at]!, values[at + 1]!);
    this.#budget.container(target, false);
    return true;
  }

  #checkFrame(length: number): true {
    if (length > this.#cursor.remaining) {
      throw this.#refuse(
        "truncated",
        `its pickle announces a frame of ${length} bytes, but ${this.#cursor.remaining} follow`,
      );
    }
    return true;
  }

  #put(index: number): true {
    this.#memo[index] = this.#stack.top();
    return true;
  }

  #get(index: number): true {
    const value = this.#memo[index];
    if (value === undefined)
      throw this.#refuse("format", `its pickle refers to memo ${index}, which was never set`);
    return this.#push(value);
  }

  #stackGlobal(): true {
    const [module, name] = this.#stack.take(2);
    if (typeof module === "string" && typeof name === "string")
      return this.#push(this.#world.find(module, name));
    throw this.#refuse("format", "its pickle names a global by something other than text");
  }

  #callWithKeywords(): true {
    const [callee, args, keywords] = this.#stack.take(3);
    if (!(keywords instanceof PyDict) || keywords.keys.length > 0) {
      throw this.#refuse("format", "its pickle calls a global with keyword arguments");
    }
    return this.#call([callee!, args!]);
  }

  #call([callee, args]: PyValue[]): true {
    if (!(callee instanceof PyGlobal && args instanceof PyTuple)) {
      throw this.#refuse(
        "format",
        "its pickle calls something that is not a global with a tuple of arguments",
      );
    }
    if (!callee.call)
      throw this.#refuse(
        "unsafe",
        `its pickle calls ${quote(callee.name)}, which is accepted as a name only`,
      );
    this.#budget.copy(args.items.length);
    const result = callee.call(args.items);
    return result instanceof PyContainer ? this.#made(result) : this.#push(result);
  }

  /**
   * Attributes of an OrderedDict, such as the `_metadata` of a state dict, are read and dropped; NumPy's objects
   * take theirs.
   */
  #build(): true {
    const state = this.#stack.pop();
    const target = this.#stack.top();
    if (target instanceof PyBuilt) target.build(state);
    if (target instanceof PyDict || target instanceof PyBuilt) return true;
    throw this.#refuse(
      "unsafe",
      "its pickle sets the state of an object that is not a dict, which would run code of its class",
    );
  }

  #unknown(code: number): Error {
    const name = refused.get(code) ?? "unknown";
    const at = this.#cursor.position - 1;
    return this.#refuse(
      "format",
      `its pickle has the instruction 0x${code.toString(16)} (${name}) at byte ${at}, which torch.save does not write`,
    );
  }
}
