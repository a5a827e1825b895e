extension StatusPage {
  /// Reads the exposition, keeps a minute of it, and draws what follows from its changes.
  static let script = #"""
    'use strict';
    const every = 2000, keptPoints = 300, keptScrapes = 32, rateSeconds = 10;
    const scrapes = [], points = [];
    let lastAnswer = 0, failures = 0;
    const byId = id => document.getElementById(id);
    const probes = new Set(['/healthz', '/readyz']);

    function parse(text) {
      const found = new Map();
      for (const line of text.split('\n')) {
        if (!line || line[0] === '#') continue;
        const end = line.lastIndexOf(' '), brace = line.indexOf('{');
        const name = brace < 0 ? line.slice(0, end) : line.slice(0, brace);
        const labels = {};
        if (brace >= 0) {
          for (const [, key, value] of line.slice(brace + 1, end)
            .matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)) {
            labels[key] = value.replace(/\\(.)/g, (_, c) => c === 'n' ? '\n' : c);
          }
        }
        if (!found.has(name)) found.set(name, []);
        const value = Number(line.slice(end + 1).replace('Inf', 'Infinity'));
        found.get(name).push({ labels, value });
      }
      return found;
    }

    // Sums of the samples that pass, in groups.
    function sums(scrape, name, group = () => '', pass = () => true) {
      const groups = new Map();
      for (const { labels, value } of scrape.metrics.get(name) || []) {
        if (!pass(labels)) continue;
        const key = group(labels);
        groups.set(key, (groups.get(key) || 0) + value);
      }
      return groups;
    }

    // How much each group grew; after a restart counting began at 0.
    function growth(from, to, name, group, pass) {
      const before = sums(from, name, group, pass), grown = new Map();
      for (const [key, value] of sums(to, name, group, pass)) {
        const old = before.get(key) || 0;
        grown.set(key, value >= old ? value - old : value);
      }
      return grown;
    }
    const total = map => [...map.values()].reduce((a, b) => a + b, 0);

    // As Prometheus' histogram_quantile, from the growth of cumulative buckets.
    function quantile(q, buckets) {
      const edges = [...buckets].map(([le, n]) => [le === '+Inf' ? Infinity : Number(le), n])
        .sort((a, b) => a[0] - b[0]);
      const count = edges.length ? edges[edges.length - 1][1] : 0;
      if (!count) return NaN;
      let edge = 0, seen = 0;
      for (const [le, n] of edges) {
        if (n >= q * count) {
          return le === Infinity ? edge : edge + (le - edge) * (q * count - seen) / (n - seen || 1);
        }
        edge = le; seen = n;
      }
      return edge;
    }

    const family = labels => !probes.has(labels.route);
    const scrapeAgo = seconds => {
      const newest = scrapes[scrapes.length - 1];
      return scrapes.find(s => newest.time - s.time <= seconds * 1000 + every / 2) || scrapes[0];
    };

    function derive() {
      const to = scrapes[scrapes.length - 1], from = scrapeAgo(rateSeconds);
      const seconds = (to.time - from.time) / 1000;
      if (!(seconds > 0)) return null;
      const requests = growth(from, to, 'phoenix_http_requests_total', l => l.status[0], family);
      const all = total(requests), of = key => (requests.get(key) || 0) / seconds;
      const buckets =
        growth(from, to, 'phoenix_http_request_duration_seconds_bucket', l => l.le, family);
      const cache = growth(from, to, 'phoenix_ai_cache_requests_total', l => l.result);
      const hits = (cache.get('hit') || 0) + (cache.get('coalesced') || 0);
      const asked = hits + (cache.get('miss') || 0);
      const lag = name => quantile(0.99, growth(scrapeAgo(60), to, name, l => l.le));
      return {
        time: to.time, ok: of('2') + of('3'), refused: of('4'), failed: of('5'),
        errors: all ? (requests.get('5') || 0) / all : NaN,
        p50: quantile(.5, buckets), p95: quantile(.95, buckets), p99: quantile(.99, buckets),
        hits: asked ? hits / asked : NaN,
        tokens: total(growth(from, to, 'phoenix_gemini_tokens_total')) * 60 / seconds,
        saved: total(growth(from, to, 'phoenix_gemini_tokens_saved_total')) * 60 / seconds,
        cost: total(growth(from, to, 'phoenix_gemini_cost_usd_total')) * 3600 / seconds,
        loop: lag('phoenix_event_loop_lag_seconds_bucket'),
        reactor: lag('phoenix_reactor_lag_seconds_bucket'),
        memory: total(sums(to, 'process_resident_memory_bytes')),
      };
    }

    const digits = (value, places) => value.toLocaleString('en-GB',
      { maximumFractionDigits: places, minimumFractionDigits: places });
    const number = v => Number.isFinite(v)
      ? digits(v, v === 0 || v >= 100 ? 0 : v >= 10 ? 1 : 2) : '–';
    const percent = v => Number.isFinite(v)
      ? digits(v * 100, v === 0 || v >= .9995 ? 0 : v < .1 ? 2 : 1) + ' %' : '–';
    const whole = v => Number.isFinite(v) ? digits(v, 0) : '–';
    const time = v => !Number.isFinite(v) ? '–' : v === 0 ? '0 s' : v < .001
      ? digits(v * 1e6, 0) + ' µs' : v < 1 ? digits(v * 1e3, v < .01 ? 2 : 1) + ' ms'
      : digits(v, 2) + ' s';
    const bytes = v => Number.isFinite(v) ? digits(v / 1048576, 0) + ' MB' : '–';
    const dollars = v => Number.isFinite(v) ? '$' + digits(v, v > 0 && v < .01 ? 5 : 2) : '–';

    function make(tag, attributes = {}, ...children) {
      const svg = ['svg', 'path', 'line', 'text', 'rect', 'circle'].includes(tag);
      const node = svg ? document.createElementNS('http://www.w3.org/2000/svg', tag)
        : document.createElement(tag);
      for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
      node.append(...children);
      return node;
    }

    function niceMax(value) {
      if (!(value > 0)) return 1;
      const power = 10 ** Math.floor(Math.log10(value));
      return [1, 2, 2.5, 5, 10].map(f => f * power).find(f => f >= value * .999);
    }

    // lines: [{ key, name }]; top: the fixed upper end of the axis.
    function chart(id, lines, show, top) {
      const box = byId(id), width = Math.max(240, box.clientWidth), height = 144;
      const left = 62, bottom = height - 18, right = width - 8;
      const newest = points.length ? points[points.length - 1].time : 0;
      const span = Math.min(keptPoints * every, Math.max(60000, newest - (points[0]?.time || 0)));
      const values = points.flatMap(p => lines.map(l => p[l.key])).filter(Number.isFinite);
      const max = top || niceMax(Math.max(0, ...values));
      const x = t => right - (newest - t) / span * (right - left);
      const y = v => bottom - Math.min(v, max) / max * (bottom - 8);
      const latest = points.length ? points[points.length - 1] : {};
      const said = lines.map(l => `${l.name} ${show(latest[l.key])}`).join(', ');
      const svg = make('svg', { viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label':
        `${box.parentNode.querySelector('h2').textContent}: now ${said}` });
      for (const part of [0, .5, 1]) {
        svg.append(
          make('line', { class: 'grid', x1: left, x2: right, y1: y(part * max),
            y2: y(part * max) }),
          make('text', { x: left - 6, y: y(part * max) + 4, 'text-anchor': 'end' },
            show(part * max)));
      }
      svg.append(make('text', { x: left, y: height - 3 }, `${Math.round(span / 60000)} min ago`),
        make('text', { x: right, y: height - 3, 'text-anchor': 'end' }, 'now'));
      lines.forEach((line, place) => {
        let path = '', pen = false;
        for (const p of points) {
          if (!Number.isFinite(p[line.key])) { pen = false; continue; }
          path += `${pen ? 'L' : 'M'}${x(p.time).toFixed(1)} ${y(p[line.key]).toFixed(1)}`;
          pen = true;
        }
        if (path) svg.append(make('path', { class: `line k${place}`, d: path }));
        if (Number.isFinite(latest[line.key])) {
          svg.append(make('circle', { class: `f${place}`, r: 3, cx: x(newest),
            cy: y(latest[line.key]) }));
        }
      });
      box.replaceChildren(svg, legend(lines.map((l, place) =>
        [place, `${l.name} ${show(latest[l.key])}`, 'line'])));
    }

    function legend(entries) {
      return make('ul', { class: 'legend' }, ...entries.map(([place, text, kind]) => {
        const swatch = make('svg', { viewBox: '0 0 26 10', 'aria-hidden': 'true' }, kind === 'line'
          ? make('line', { class: `line k${place}`, x1: 0, x2: 26, y1: 5, y2: 5 })
          : make('rect', { class: `f${place}`, width: 26, height: 10 }));
        return make('li', {}, swatch, text);
      }));
    }

    function stages() {
      const to = scrapes[scrapes.length - 1], from = scrapeAgo(60);
      const spent = growth(from, to, 'phoenix_stage_duration_seconds_sum', l => l.stage);
      const count = total(growth(from, to, 'phoenix_http_request_duration_seconds_count', () => '',
        family));
      const lasted = total(growth(from, to, 'phoenix_http_request_duration_seconds_sum', () => '',
        family));
      const box = byId('stages');
      if (!count) {
        box.replaceChildren(make('p', { class: 'none' }, 'No request in the last minute.'));
        return;
      }
      const names = ['auth', 'db', 'queue', 'ai', 'render'];
      const width = Math.max(240, box.clientWidth), sum = Math.max(lasted, total(spent)) || 1;
      const said = names.map(n => `${n} ${time((spent.get(n) || 0) / count)}`);
      const svg = make('svg', { viewBox: `0 0 ${width} 144`, role: 'img',
        'aria-label': `Mean time a request: ${said.join(', ')}, whole ${time(lasted / count)}` });
      names.forEach((name, row) => {
        const value = spent.get(name) || 0;
        svg.append(make('text', { x: 0, y: row * 28 + 17 }, name),
          make('rect', { class: `f${row}`, x: 62, y: row * 28 + 4, height: 18,
            width: Math.max(1, value / sum * (width - 170)) }),
          make('text', { x: 68 + value / sum * (width - 170), y: row * 28 + 17 },
            `${time(value / count)} (${percent(value / sum)})`));
      });
      box.replaceChildren(svg, make('p', { class: 'fine' },
        `Mean of ${whole(count)} requests: ${time(lasted / count)} in all.`));
    }

    function table(id, heads, rows, empty) {
      const box = byId(id);
      if (!rows.length) { box.replaceChildren(make('p', { class: 'none' }, empty)); return; }
      box.replaceChildren(make('table', {},
        make('thead', {}, make('tr', {}, ...heads.map(h => make('th', { scope: 'col' }, h)))),
        make('tbody', {}, ...rows.map(row => make('tr', {}, ...row.map((cell, place) => {
          const [text, mood] = Array.isArray(cell) ? cell : [cell, ''];
          return place ? make('td', { class: mood }, text)
            : make('th', { class: mood, scope: 'row' }, text);
        }))))));
    }

    const breakers = [['✓ closed', 'good'], ['~ half-open', 'warn'], ['✗ open', 'bad']];

    function workers(to, from, seconds) {
      const by = l => l.worker, gauge = name => sums(to, name, by);
      const up = gauge('phoenix_ai_worker_up'), circuit = gauge('phoenix_ai_circuit_state');
      const busy = gauge('phoenix_ai_worker_in_flight');
      const done = growth(from, to, 'phoenix_ai_requests_total', by);
      const bad = growth(from, to, 'phoenix_ai_requests_total', by,
        l => l.outcome !== 'ok' && l.outcome !== 'cancelled');
      table('workers', ['Worker', 'Probe', 'Breaker', 'In flight', 'Requests/s', 'Failures/s'],
        [...up.keys()].sort().map(w => [w,
          up.get(w) ? ['✓ up', 'good'] : ['✗ down', 'bad'],
          breakers[circuit.get(w) || 0],
          whole(busy.get(w) || 0), number((done.get(w) || 0) / seconds),
          [number((bad.get(w) || 0) / seconds), bad.get(w) ? 'bad' : '']]), 'No worker is known.');
    }

    function routes(to, from, seconds) {
      const by = l => l.route;
      const ever = sums(to, 'phoenix_http_requests_total', by);
      const done = growth(from, to, 'phoenix_http_requests_total', by);
      const bad = growth(from, to, 'phoenix_http_requests_total', by, l => l.status[0] === '5');
      const q = p => sums(to, 'phoenix_http_request_latency_seconds', by, l => l.quantile === p);
      const [p50, p95, p99] = [q('0.5'), q('0.95'), q('0.99')];
      table('routes', ['Route', 'Requests/s', '5xx/s', 'P50', 'P95', 'P99', 'Since start'],
        [...ever.keys()].filter(r => ever.get(r) > 0)
          .sort((a, b) => (done.get(b) || 0) - (done.get(a) || 0) || ever.get(b) - ever.get(a))
          .map(r => [r, number((done.get(r) || 0) / seconds),
            [number((bad.get(r) || 0) / seconds), bad.get(r) ? 'bad' : ''],
            time(p50.get(r)), time(p95.get(r)), time(p99.get(r)), whole(ever.get(r))]),
        'No request yet.');
    }

    function tiles(point, to) {
      const one = name => total(sums(to, name));
      const lost = one('phoenix_log_dropped_total');
      const tile = (name, text, mood = '') =>
        make('div', {}, make('dt', {}, name), make('dd', { class: mood }, text));
      const busy = sums(to, 'phoenix_db_pool_connections', l => l.state);
      const used = busy.get('in_use') || 0;
      byId('tiles').replaceChildren(
        tile('Requests/s', number(point.ok + point.refused + point.failed)),
        tile('Errors', percent(point.errors), point.errors > .001 ? 'bad' : ''),
        tile('P50', time(point.p50)), tile('P95', time(point.p95)), tile('P99', time(point.p99)),
        tile('Cache hits', percent(one('phoenix_ai_cache_hit_ratio'))),
        tile('In flight', whole(one('phoenix_http_requests_in_flight'))),
        tile('Pool, in use', `${used} of ${used + (busy.get('idle') || 0)}`),
        tile('Tokens spent', whole(one('phoenix_gemini_tokens_total'))),
        tile('Cost so far', dollars(one('phoenix_gemini_cost_usd_total'))),
        tile('Memory', bytes(one('process_resident_memory_bytes'))),
        tile('Files, threads', `${one('process_open_fds')}, ${one('process_threads')}`),
        tile('Log lines lost', whole(lost), lost ? 'bad' : ''));
    }

    function state(ready) {
      const missing = (ready.dependencies || []).some(d => d.available < d.total);
      const mood = { ready: missing ? 'warn' : 'good', degraded: 'warn' }[ready.status] || 'bad';
      const words = { ready: missing ? '~ Ready' : '✓ Ready', degraded: '~ Degraded',
        not_ready: '✗ Not ready' };
      const parts = (ready.dependencies || []).map(d => d.name.replace('_', ' ') + ' ' + d.status
        + (d.total === undefined ? '' : ` (${d.available} of ${d.total})`));
      const node = byId('state');
      const text = (words[ready.status] || ready.status)
        + (mood === 'good' ? '' : ': ' + parts.join(', '));
      if (node.textContent !== text) node.textContent = text;
      node.className = 'state ' + mood;
    }

    function draw() {
      const to = scrapes[scrapes.length - 1];
      if (!to) return;
      const from = scrapeAgo(rateSeconds), seconds = (to.time - from.time) / 1000 || 1;
      const point = points[points.length - 1];
      if (point) tiles(point, to);
      chart('c-requests', [{ key: 'ok', name: '2xx, 3xx' }, { key: 'refused', name: '4xx' },
        { key: 'failed', name: '5xx' }], number);
      chart('c-errors', [{ key: 'errors', name: 'errors' }], percent);
      chart('c-latency', [{ key: 'p50', name: 'P50' }, { key: 'p95', name: 'P95' },
        { key: 'p99', name: 'P99' }], time);
      chart('c-hits', [{ key: 'hits', name: 'hit rate' }], percent, 1);
      chart('c-tokens', [{ key: 'tokens', name: 'spent' }, { key: 'saved', name: 'saved' }],
        number);
      chart('c-cost', [{ key: 'cost', name: 'cost' }], dollars);
      chart('c-lag', [{ key: 'loop', name: 'event loops late, P99' },
        { key: 'reactor', name: 'drivers late, P99' }], time);
      chart('c-memory', [{ key: 'memory', name: 'resident' }], bytes);
      stages();
      workers(to, from, seconds);
      routes(to, from, seconds);
      const version = to.metrics.get('phoenix_build_info')?.[0]?.labels.version;
      const started = sums(to, 'process_start_time_seconds').get('');
      byId('fine').textContent = `Version ${version || '?'}, started `
        + new Date(started * 1000).toLocaleString('en-GB')
        + `; read at ${new Date(lastAnswer).toLocaleTimeString('en-GB')}`;
    }

    async function ask() {
      if (!document.hidden) {
        try {
          const limit = AbortSignal.timeout(5000);
          const [metrics, ready] = await Promise.all([
            fetch('metrics', { headers: { Accept: 'text/plain;version=0.0.4' }, signal: limit }),
            fetch('readyz', { signal: limit })]);
          if (!metrics.ok) throw new Error(`/metrics answered ${metrics.status}`);
          scrapes.push({ time: performance.now(), metrics: parse(await metrics.text()) });
          if (scrapes.length > keptScrapes) scrapes.shift();
          state(await ready.json());
          lastAnswer = Date.now();
          failures = 0;
          byId('alarm').hidden = true;
          const point = derive();
          if (point) points.push(point);
          if (points.length > keptPoints) points.shift();
          draw();
        } catch (error) {
          failures += 1;
          const alarm = byId('alarm');
          const since = lastAnswer
            ? ' since ' + new Date(lastAnswer).toLocaleTimeString('en-GB') : '';
          if (failures > 1) {
            alarm.textContent = `The gateway has not answered${since}: what is below is old.`
              + ` (${error.message})`;
            alarm.hidden = false;
          }
        }
      }
      setTimeout(ask, every);
    }
    addEventListener('resize', draw);
    ask();
    """#
}
