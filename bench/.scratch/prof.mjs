import { readFileSync } from 'node:fs';
const p = JSON.parse(readFileSync(process.argv[2], 'utf8')); const top = Number(process.argv[3] ?? 45);
const byId = new Map(p.nodes.map(n => [n.id, n])); const parent = new Map(); for (const n of p.nodes) for (const c of n.children ?? []) parent.set(c, n.id);
const self = new Map(); p.samples.forEach((id, i) => self.set(id, (self.get(id) ?? 0) + (p.timeDeltas[i] ?? 0)));
const name = n => `${n.callFrame.functionName || '(anon)'} ${n.callFrame.url.replace('file:///work/main/', '').replace('node_modules/', 'nm/')}:${n.callFrame.lineNumber + 1}`;
const idle = new Set(['(idle)', '(program)', '(root)']); let busy = 0; const selfBy = new Map(), totalBy = new Map(), pkg = new Map();
for (const [id, t] of self) { const n = byId.get(id); const f = n.callFrame.functionName; if (f === '(idle)') continue; busy += t;
  selfBy.set(name(n), (selfBy.get(name(n)) ?? 0) + t);
  const u = n.callFrame.url; const m = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(u); const k = f === '(garbage collector)' ? 'GC' : f === '(program)' ? '(program)' : m ? m[1] : u.startsWith('node:') ? u.split('?')[0] : u.includes('/work/main/') ? u.replace(/.*\/work\/main\//, '').split('/').slice(0, 4).join('/') : (u || 'native');
  pkg.set(k, (pkg.get(k) ?? 0) + t);
  const seen = new Set(); for (let x = id; x !== undefined; x = parent.get(x)) { const k2 = name(byId.get(x)); if (!seen.has(k2)) { seen.add(k2); totalBy.set(k2, (totalBy.get(k2) ?? 0) + t); } } }
const show = (m, k) => [...m].sort((a, b) => b[1] - a[1]).slice(0, k).forEach(([n, t]) => console.log((100 * t / busy).toFixed(1).padStart(5) + '%  ' + n));
console.log('busy ms', (busy / 1000).toFixed(0)); console.log('--- package (self)'); show(pkg, 25); console.log('--- self'); show(selfBy, top); console.log('--- total'); show(totalBy, 70);
