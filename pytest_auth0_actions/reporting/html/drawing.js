// Draws one test: where things are, their shapes, and the rows and bars of its time.

// ---------------------------------------------------------------- where it is drawn

const CHAR = 6.65; // the widest character of the small monospaced type
const PAD = 8;
const GAP = 20;
const SLOT = { least: 14, most: 26 };
const LANE = 30;
const LANES = 4;

const untilText = ({ expires_at }, start_ms) => `until ${signed(expires_at - start_ms)}`;

/** Give each stop its `x` and `width`: a band for its slots, and time to scale between them. */
function layOut({ start_ms, stops, places, records }, room) {
  stops.forEach((stop, at) => {
    const [day, time] = instant(stop.ms);
    const sameDay = at > 0 && instant(stops[at - 1].ms)[0] === day;
    stop.words = [signed(stop.ms - start_ms), sameDay ? time : `${day} ${time}`];
    stop.flag = Math.max(...stop.words.map((text) => text.length)) * CHAR + 12;
  });
  const gaps = stops.slice(1).map(({ leg, ms }, at) => {
    const back = leg !== stops[at].leg;
    return { back, stretched: back, ms: ms - stops[at].ms, least: GAP, label: GAP };
  });
  for (const { event, stop, to } of places) {
    const at = stops.indexOf(stop);
    if (event.kind !== 'clock' || to === stop || stops[at + 1] !== to) continue;
    gaps[at].label = Math.max(GAP, signed(event.to_ms - event.at_ms).length * CHAR + 18);
  }
  const tail = Math.max(stops.at(-1).flag, ...records.map((record) => (
    record.how === ALIVE ? untilText(record, start_ms).length * CHAR + 24 : 0
  )));

  const slots = sum(stops.map((stop) => stop.slots));
  const free = room - 2 * PAD - tail;
  if (slots * SLOT.least + sum(gaps.map(({ label }) => label)) <= free) {
    for (const gap of gaps) gap.least = gap.label;
  }
  const fitting = (free - sum(gaps.map(({ least }) => least))) / slots;
  const slot = Math.max(SLOT.least, Math.min(SLOT.most, fitting));
  scale(gaps, free - slots * slot);

  let x = PAD;
  stops.forEach((stop, at) => {
    stop.x = x;
    stop.width = stop.slots * slot;
    x += stop.width + (gaps[at]?.width ?? tail);
  });
  for (const place of places) {
    place.x = place.stop.x + place.slot * slot;
    place.middle = place.x + slot / 2;
    place.right = Math.max(place.x + slot, place.to?.x ?? 0);
  }
  return { gaps, slot, tail, lanes: raiseFlags(stops), width: Math.max(room, x + PAD) };
}

/** Give each gap its `width`: to scale, but for those that would be too narrow. */
function scale(gaps, room) {
  let narrow;
  do {
    const taken = sum(gaps.map((gap) => (gap.stretched ? gap.least : 0)));
    const passing = sum(gaps.map((gap) => (gap.stretched ? 0 : gap.ms)));
    const perMs = Math.max(0, room - taken) / passing;
    for (const gap of gaps) gap.width = gap.stretched ? gap.least : gap.ms * perMs;
    narrow = gaps.filter(({ width, least }) => width < least);
    for (const gap of narrow) gap.stretched = true;
  } while (narrow.length);
}

/** Give each stop the `lane` of its flag: the further left the higher, so that no pole crosses a
 * text. Where they are too many, some go without. Return the number of lanes. */
function raiseFlags(stops) {
  const raise = (wanted) => {
    for (const stop of stops) stop.lane = null;
    for (const stop of wanted.toReversed()) {
      const covered = stops.filter(({ x, lane }) => lane !== null && x < stop.x + stop.flag);
      const lane = 1 + Math.max(-1, ...covered.map((other) => other.lane));
      if (lane < LANES || stop === stops[0]) stop.lane = lane;
    }
    return wanted.every(({ lane }) => lane !== null);
  };
  if (!raise(stops)) raise(stops.filter(({ slots }, at) => slots || at === 0));
  return 1 + Math.max(...stops.map(({ lane }) => lane));
}

// ---------------------------------------------------------------- shapes

const BAR = 16;

const line = (name, d) => svg('path', { class: name, d });
const dot = (name, cx, cy) => svg('circle', { class: name, cx, cy, r: 5 });
const box = (name, x, y, right, height = BAR) => (
  svg('rect', { class: name, x, y, width: right - x, height })
);
const write = (name, x, y, text) => svg('text', { class: name, x, y }, text);

const GLYPHS = {
  hit: (x, y) => dot('hit', x, y),
  miss: (x, y) => dot('miss', x, y),
  refused: (x, y) => line('refused', `M${x - 6},${y - 6}h12v12h-12zm3,3l6,6m0,-6l-6,6`),
  call: (x, y) => line('call', `M${x - 4},${y - 4}h8v8h-8z`),
  log: (x, y) => line('log', `M${x - 5},${y - 4}h10m-10,4h10m-10,4h6`),
  warning: (x, y) => line('warning', `M${x},${y - 7}l7,13h-14zm0,4.5v4m0,1.5v1`),
  expired: (x, y) => line('end', `M${x},${y - 11}v22`),
  evicted: (x, y) => line('end', `M${x + 2},${y - 12}l-4,4l4,4l-4,4l4,4l-4,4l4,4`),
  deleted: (x, y) => line('end', `M${x - 4},${y - 4}l8,8m0,-8l-8,8`),
};

/** The bar of a record: pointed where another took its place, fading where it outlives the test. */
function barShapes(x, right, y, { how, stored }, tail) {
  const point = how === 'replaced' ? Math.min(5, right - x) : 0;
  const [top, half] = [y - BAR / 2, BAR / 2];
  const shapes = [
    line('bar', `M${x},${top}H${right - point}l${point},${half}l${-point},${half}H${x}z`),
  ];
  if (how === ALIVE) shapes.push(box('fade', right, top, right + tail));
  if (stored) shapes.push(box('start', x, top, x + 3));
  return shapes;
}

const SCALE = 'time not to scale';
const LEGEND = [
  SCALE, 'hit', 'miss', 'refused', 'call', 'log', 'warning',
  'set', 'expired', 'replaced', 'evicted', 'deleted', ALIVE,
];
const BARS = LEGEND.slice(LEGEND.indexOf('set'));

function legendItem(name) {
  const bar = { how: name, stored: true };
  const shapes = name === SCALE ? [line('passing stretched', 'M2,11h22')]
    : BARS.includes(name) ? barShapes(2, name === ALIVE ? 8 : 20, 11, bar, 16) : [];
  if (name in GLYPHS) shapes.push(GLYPHS[name](shapes.length ? 20 : 13, 11));
  const sample = svg('svg', { width: 26, height: 22, 'aria-hidden': true }, ...shapes);
  return html('li', {}, sample, name);
}

// ---------------------------------------------------------------- the drawing

const ROWS = { flow: 'flows', run: 'runs', key: '', call: 'other calls', http: 'HTTP', log: 'log' };

function rowOf({ event: { kind, key } }) {
  if (kind === 'warning') return 'log';
  return typeof key === 'string' ? `key ${key}` : kind;
}

function glyphOf({ kind, path, ok, hit }) {
  if (kind === 'evict') return 'evicted';
  if (kind !== 'call') return kind;
  if (!ok) return 'refused';
  if (hit !== null) return hit ? 'hit' : 'miss';
  if (path === 'cache.delete') return 'deleted';
  return path === 'cache.set' ? 'set' : 'call';
}

class Drawing {
  constructor(figure, story) {
    const room = figure.clientWidth;
    const beside = room >= 640; // where the name of a row stands: beside it or above it
    Object.assign(this, story, layOut(story, beside ? room - 140 : room));
    this.marks = [];
    this.legend = new Set();
    this.top = this.lanes * LANE + 20;
    const names = this.layOutRows(beside ? 32 : 46);
    this.svg = svg('svg', {
      width: this.width, height: this.bottom,
      role: 'group', 'aria-label': 'Timeline; arrow keys go from mark to mark',
    });
    this.drawTime();
    // A run stands behind what happened in it, a record behind its reads.
    for (const place of this.places) this.drawSpan(place);
    for (const record of this.records) this.drawRecord(record);
    for (const place of this.places) this.drawPoint(place);
    this.marks.sort((a, b) => a.x - b.x || a.y - b.y);
    this.marks[0]?.node.setAttribute('tabindex', 0);

    const legend = LEGEND.filter((name) => this.legend.has(name)).map(legendItem);
    figure.classList.toggle('beside', beside);
    figure.replaceChildren(
      ...names,
      html('div', { class: 'scroller' }, this.svg),
      html('ul', { class: 'legend' }, ...legend),
    );
  }

  /** Give each place its `y`; return the names of the rows. */
  layOutRows(height) {
    const order = Object.keys(ROWS);
    const rank = (row) => order.indexOf(row.split(' ')[0]);
    const places = this.places.filter(({ event }) => event.kind !== 'clock');
    const rows = [...new Set(places.map(rowOf))].sort((a, b) => rank(a) - rank(b));
    const topOf = (row) => this.top + 14 + rows.indexOf(row) * height;
    for (const place of places) place.y = topOf(rowOf(place)) + height - 16;
    this.bottom = this.top + 18 + rows.length * height;
    return rows.map((row) => {
      const [type, key] = [row.split(' ')[0], row.slice(4)];
      const name = html('div', { class: `row-name ${type}` }, ROWS[type] || key || '(empty key)');
      name.style.top = `${topOf(row)}px`;
      return name;
    });
  }

  when(ms) {
    return `${signed(ms - this.start_ms)} (${instantText(ms)})`;
  }

  /** Add a mark that shows details of its event on hover and on focus. */
  mark(place, x, right, y, shapes, more = []) {
    const { event } = place;
    const { at_ms, end_ms } = event;
    const [, title, outcome] = describe(event);
    const took = end_ms > at_ms ? `, took ${span(end_ms - at_ms)}` : '';
    const lines = [outcome && `\u2192 ${outcome}`, `at ${this.when(at_ms)}${took}`, ...more].filter(Boolean);
    const area = svg('rect', { class: 'area', x, y: y - 14, width: right - x, height: 28 });
    const node = svg('g', {
      class: isBad(event) ? 'mark bad' : 'mark',
      role: 'img', tabindex: -1, 'aria-label': [title, ...lines].join('; '),
    }, ...shapes, area);
    this.svg.append(node);
    this.marks.push({ node, area, title, lines, x, y, row: place.listed, marks: this.marks });
    markOf.set(node, this.marks.at(-1));
  }

  drawTime() {
    const { top, bottom } = this;
    for (const { x, width, slots, lane, words } of this.stops) {
      if (slots) this.svg.append(box('band', x, top, x + width, bottom - top));
      const flag = lane === null ? top : (this.lanes - 1 - lane) * LANE + 2;
      this.svg.append(line(slots ? 'pole' : 'pole bare', `M${x},${flag}V${bottom}`));
      if (lane === null) continue;
      this.svg.append(write('strong', x + 5, flag + 10, words[0]));
      this.svg.append(write('dim', x + 5, flag + 23, words[1]));
    }
    this.gaps.forEach(({ stretched, back, width }, at) => {
      const x = this.stops[at].x + this.stops[at].width;
      const dashed = stretched && !back ? ' stretched' : '';
      if (dashed) this.legend.add(SCALE);
      this.svg.append(line(`passing${dashed}`, `M${x},${top}h${width}`));
    });
  }

  drawSpan(place) {
    const { event: { kind, action, outcome, status }, x, y, last = place } = place;
    if (!['flow', 'run', 'http'].includes(kind)) return;
    const right = Math.max(place.right, last.right, last.last?.right ?? 0) - 1;
    const shapes = [box(kind, x + 1, y - BAR / 2, right)];
    const texts = { flow: outcome?.split(/\W/)[0], run: action && nameOf(action), http: `${status ?? '!'}` };
    const text = texts[kind];
    if (text.length * CHAR + 3 < right - x) shapes.push(write('inside', (x + right) / 2, y + 4, text));
    this.mark(place, x + 1, right, y, shapes);
  }

  drawRecord(record) {
    const { place, stored, expires_at, how, to } = record;
    const { y } = place;
    const x = stored ? place.x + 1 : place.middle;
    let right = this.width - PAD - this.tail;
    if (how === 'expired') right = to.stop.x + to.stop.width;
    else if (to) right = how === 'replaced' ? to.x - 1 : to.middle;
    const shapes = barShapes(x, right, y, record, this.tail);
    if (how === 'expired') shapes.push(GLYPHS.expired(right, y));
    const until = untilText(record, this.start_ms);
    if (how === ALIVE) shapes.push(write('until', right + 6, y + 4, until));
    const lines = [`${how === 'expired' ? how : 'expires'} at ${this.when(expires_at)}`];
    if (how === ALIVE) lines.push(how);
    if (to?.event) {
      const { at_ms } = to.event;
      lines.push(`${how} at ${this.when(at_ms)}, ${span(expires_at - at_ms)} early`);
    }
    const rightOfAll = how === ALIVE ? right + this.tail : right + 3;
    this.mark(place, x - 2, rightOfAll, y, shapes, lines);
    if (stored) this.legend.add('set');
    this.legend.add(how);
  }

  drawPoint(place) {
    const { event, x, middle, y } = place;
    const { kind, at_ms, expires_at, hit } = event;
    if (kind === 'clock') this.drawMove(place);
    const name = glyphOf(event);
    if (!(name in GLYPHS)) return;
    const ends = hit ? `expires at ${this.when(expires_at)}, in ${span(expires_at - at_ms)}` : '';
    this.mark(place, x, x + this.slot, y, [GLYPHS[name](middle, y)], [ends]);
    this.legend.add(name);
  }

  drawMove(place) {
    const { event: { at_ms, to_ms, by }, stop, to } = place;
    if (to === stop) return;
    const y = this.top;
    const x = stop.x + stop.width;
    const head = to_ms < at_ms ? `M${x + 7},${y - 5}l-7,5l7,5` : `M${to.x - 7},${y - 5}l7,5l-7,5`;
    const shapes = [line(by === 'timer' ? 'head timer' : 'head', head)];
    const text = signed(to_ms - at_ms);
    if (text.length * CHAR < to.x - x) shapes.push(write('moved', (x + to.x) / 2, y - 7, text));
    this.mark(place, x, to.x, y, shapes);
  }
}
