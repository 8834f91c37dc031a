import { Child, type ChildSpec, type Tell } from '../host/child.ts';
import { StackError } from '../host/stack-error.ts';
import type { StateDir } from '../host/state-dir.ts';

/** The children of one stack in the order of their birth; they are ended in the reverse order. */
export class Family {
  readonly dir: StateDir;
  readonly #children: Child[] = [];
  readonly #tell: Tell;
  #ended = false;

  constructor(dir: StateDir, tell: Tell) {
    this.dir = dir;
    this.#tell = tell;
  }

  /** Starts one child and waits until it answers. It is ended by `stop` even when it never did. */
  async start(spec: ChildSpec): Promise<Child> {
    // Several starts run side by side: one that fails ends the family while others are still on their way here.
    if (this.#ended) throw new StackError('CHILD_DIED', `${spec.name} was not started: the stack is ending.`, 'Start again.');
    const child = new Child(spec, this.dir, this.#tell);
    this.#children.push(child);
    await child.start();
    return child;
  }

  get(name: string): Child {
    const child = this.#children.find((c) => c.spec.name === name);
    if (child === undefined) throw new Error(`no child "${name}" in this stack; there are: ${this.names().join(', ')}`);
    return child;
  }

  names(): string[] {
    return this.#children.map((c) => c.spec.name);
  }

  /** Name → pid of what is alive now. */
  pids(): Record<string, number> {
    return Object.fromEntries(this.#children.flatMap((c) => (c.pid === undefined ? [] : [[c.spec.name, c.pid]])));
  }

  /** Ends all, last born first. A child that fails to end does not keep the others alive. */
  async stop(): Promise<void> {
    this.#ended = true;
    for (const child of this.#children.toReversed()) {
      await child.stop().catch((e: unknown) => { this.#tell.say(`${child.spec.name} did not end in order: ${String(e)}`); });
    }
  }

  /** No order, no grace: for a second Ctrl-C. */
  killAll(): void {
    this.#ended = true;
    for (const child of this.#children) {
      child.pauseRestarts();
      child.kill('SIGKILL');
    }
  }
}
