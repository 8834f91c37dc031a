/** What the exit code says to a script; listed in `cadastre --help`. */
export const EXIT = {
  /** Done. */
  ok: 0,
  /** The server refused, with a typed problem. Nothing was changed. */
  refused: 1,
  /** The command line or the file is wrong. Nothing was sent. */
  usage: 2,
  /** No server, no issuer, or it broke. Unknown whether it was done: repeating the same command is safe. */
  unreachable: 3,
  /** No token, an expired one, or one of the other directory. */
  unauthenticated: 4,
} as const;

/** Ends the command with a sentence for the person and a code for the script; the only exception that main() expects. */
export class Stop extends Error {
  readonly exitCode: number;
  constructor(exitCode: number, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}
