// @ts-check

const QUIET_EVERY_MS = 15_000;
const DETAIL_WIDTH = 60;

/**
 * Runs one step of the set-up and shows what is being waited for and for how long: a ticking line on a terminal, a line
 * every 15 s in a log. Steps that end within a second print nothing: a warm start should be quiet.
 * @template T
 * @param {string} label
 * @param {(detail: (text: string) => void) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(label, work) {
  const begun = Date.now();
  const tty = process.stderr.isTTY === true;
  let detail = '';
  let shown = false;
  const line = () => `${label} … ${seconds(begun)}${detail === '' ? '' : `  ${detail.slice(0, DETAIL_WIDTH)}`}`;
  const timer = setInterval(() => {
    shown = true;
    process.stderr.write(tty ? `\r\x1b[2K${line()}` : `${line()}\n`);
  }, tty ? 1_000 : QUIET_EVERY_MS);
  try {
    const result = await work((text) => { detail = text; });
    if (shown || Date.now() - begun > 1_000) process.stderr.write(`${tty ? '\r\x1b[2K' : ''}${label}: done in ${seconds(begun)}\n`);
    return result;
  } catch (e) {
    process.stderr.write(`${tty ? '\r\x1b[2K' : ''}${label}: failed after ${seconds(begun)}\n`);
    throw e;
  } finally {
    clearInterval(timer);
  }
}

/** @param {number} begun */
function seconds(begun) {
  const s = Math.round((Date.now() - begun) / 1000);
  return s < 90 ? `${s} s` : `${Math.floor(s / 60)} min ${s % 60} s`;
}
