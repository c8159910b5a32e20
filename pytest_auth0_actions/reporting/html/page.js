// Draws each test's time. A stop is an instant at which the clock stood: a band with a slot for
// each event, in order. Between two stops time passed.

const { columns, texts, ...report } = JSON.parse(document.getElementById('data').textContent);

const makerOf = (namespace) => (tag, attributes = {}, ...children) => {
  const node = document.createElementNS(namespace, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
};
const html = makerOf('http://www.w3.org/1999/xhtml');
const svg = makerOf('http://www.w3.org/2000/svg');
const byId = (id) => document.getElementById(id);
const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);

// ---------------------------------------------------------------- words

const UNITS = [['d', 86_400_000], ['h', 3_600_000], ['m', 60_000]];

/** A span of time, as in "15m 0.001s"; what is zero is left out. */
function span(ms) {
  const parts = [];
  let rest = Math.abs(ms);
  for (const [unit, size] of UNITS) {
    if (rest >= size) parts.push(Math.floor(rest / size) + unit);
    rest %= size;
  }
  if (rest || !parts.length) parts.push(`${rest / 1000}s`);
  return parts.join(' ');
}

const signed = (ms) => (ms < 0 ? '\u2212' : '+') + span(ms);

/** An instant as a date and a time. */
function instant(ms) {
  const date = new Date(ms);
  // The end of a record may lie beyond what a Date can hold.
  if (Number.isNaN(date.valueOf())) return ['', `${ms} ms after 1970`];
  const [day, time] = date.toISOString().split('T');
  return [day, time.replace(/(\.000)?Z$/, '')];
}

const instantText = (ms) => instant(ms).join(' ').trim();

const plural = (count, word) => `${count.toLocaleString('en')} ${word}${count === 1 ? '' : 's'}`;

/** The short name of an Action: `provision` for `actions/provision/code.js`. */
function nameOf(action) {
  const [file, folder] = action.split('/').reverse();
  const name = file.replace(/\.[cm]?js$/, '');
  return folder && /^(code|index)$/.test(name) ? folder : name;
}

/** What is said of an event: a tag, what it was, what came of it. */
const DESCRIBE = {
  clock: ({ at_ms, to_ms, by }) => {
    const mover = by === 'timer' ? 'A timer' : 'The test';
    return ['clock', `${mover} moved the clock: ${signed(to_ms - at_ms)}`, ''];
  },
  run: ({ action, outcome }) => ['run', action, outcome],
  call: ({ by, path, args, result }) => [by, `${path}(${args})`, result],
  evict: ({ key, why }) => ['evict', `${why === 'chaos' ? why : `${why}()`} dropped ${key}`, ''],
  http: ({ method, url, status, error }) => (
    ['http', `${method} ${url}`, `${error ?? status ?? 'no answer'}`]
  ),
  log: ({ text }) => ['log', text.trimEnd(), ''],
  warning: ({ text }) => ['warning', text, ''],
};
const describe = (event) => DESCRIBE[event.kind](event);

const isBad = ({ ok, kind, outcome, status }) => (
  ok === false || (kind === 'run' && outcome !== 'done') || status === null || status >= 400
);

// ---------------------------------------------------------------- what happened

/** The events of a test as objects, with instants in milliseconds since the epoch. */
function unpack({ start_ms, events }) {
  const read = {
    time: (cell) => start_ms + cell,
    text: (cell) => texts[cell],
    plain: (cell) => cell,
  };
  return events.map(([kind, ...cells]) => {
    const event = { kind };
    Object.entries(columns[kind]).forEach(([name, type], at) => {
      event[name] = cells[at] === null ? null : read[type](cells[at]);
    });
    return event;
  });
}

const ALIVE = 'alive at the end';

/** Give each event of a test its place, and find the stops and the life of each record. */
function follow(test) {
  const { start_ms } = test;
  const stops = new Map();
  const records = [];
  const open = new Map(); // the records that live, by key
  let now = start_ms;
  let leg = 0; // where the clock goes back, the drawing goes on to the right: a new leg
  let run = null;

  const stopAt = (ms) => {
    const id = `${leg} ${ms}`;
    if (!stops.has(id)) stops.set(id, { leg, ms, slots: 0 });
    return stops.get(id);
  };
  const end = (key, how, to) => {
    if (open.has(key)) Object.assign(open.get(key), { how, to });
    open.delete(key);
  };
  const arriveAt = (ms) => {
    if (ms < now) leg += 1;
    now = ms;
    for (const [key, { expires_at }] of open) {
      if (expires_at < now) end(key, 'expired', { stop: stopAt(expires_at) });
    }
    return stopAt(now);
  };
  const begin = (place, stored) => {
    const { key, expires_at } = place.event;
    end(key, 'replaced', place);
    const record = { place, stored, expires_at, how: ALIVE };
    records.push(record);
    open.set(key, record);
  };

  stopAt(now);
  const places = unpack(test).map((event) => {
    const { kind, key, by, why, path, ok, hit } = event;
    const stop = arriveAt(event.at_ms);
    if (by === 'test' || why === 'evict' || why === 'clear' || run?.event.end_ms < now) run = null;
    if (kind === 'clock') return { event, stop, to: arriveAt(event.to_ms), run };

    const place = { event, stop, slot: stop.slots, run };
    stop.slots += 1;
    if (event.end_ms > now) place.to = stopAt(event.end_ms);
    if (run && kind !== 'run') run.last = place;
    if (kind === 'run') [place.run, run] = [null, place];
    if (kind === 'evict') end(key, 'evicted', place);
    if (path === 'cache.delete' && ok) end(key, 'deleted', place);
    if (path === 'cache.set' && ok) begin(place, true);
    // What no call has stored was there before, or came back with the clock.
    if (hit && !open.has(key)) begin(place, false);
    return place;
  });
  const inOrder = [...stops.values()].sort((a, b) => a.leg - b.leg || a.ms - b.ms);
  return { start_ms, places, records, stops: inOrder };
}

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

const ROWS = { run: 'runs', key: '', call: 'other calls', http: 'HTTP', log: 'log' };

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
    const { event: { kind, action, status }, x, y, last = place } = place;
    if (kind !== 'run' && kind !== 'http') return;
    const right = Math.max(place.right, last.right) - 1;
    const shapes = [box(kind, x + 1, y - BAR / 2, right)];
    const text = kind === 'run' ? nameOf(action) : `${status ?? '!'}`;
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

// ---------------------------------------------------------------- details on hover and focus

const tip = byId('tip');
const markOf = new WeakMap();
const markAt = (target) => markOf.get(target.closest?.('.mark'));
let shown = null;
let leaving = 0;

function hide() {
  clearTimeout(leaving);
  shown?.row.classList.remove('current');
  shown = null;
  tip.hidden = true;
}

function show(mark, pointerX) {
  hide();
  shown = mark;
  mark.row.classList.add('current');
  const lines = mark.lines.map((text) => html('div', {}, text));
  tip.replaceChildren(html('b', {}, mark.title), ...lines);
  tip.hidden = false;
  const { left, width, top, bottom } = mark.area.getBoundingClientRect();
  const mostX = document.documentElement.clientWidth - tip.offsetWidth - 8;
  const x = Math.max(8, Math.min((pointerX ?? left + width / 2) - tip.offsetWidth / 2, mostX));
  const fits = bottom + 6 + tip.offsetHeight < innerHeight;
  tip.style.left = `${x + scrollX}px`;
  tip.style.top = `${(fits ? bottom + 6 : top - tip.offsetHeight - 6) + scrollY}px`;
}

/** The nearest mark of the next row that has one. */
function nextRow({ marks, x, y }, step) {
  const distance = (mark) => Math.abs(mark.y - y) * 1e6 + Math.abs(mark.x - x);
  const others = marks.filter((mark) => (mark.y - y) * step > 0);
  return others.sort((a, b) => distance(a) - distance(b))[0];
}

const KEYS = {
  ArrowRight: (mark) => mark.marks[mark.marks.indexOf(mark) + 1],
  ArrowLeft: (mark) => mark.marks[mark.marks.indexOf(mark) - 1],
  ArrowDown: (mark) => nextRow(mark, 1),
  ArrowUp: (mark) => nextRow(mark, -1),
  Home: ({ marks }) => marks[0],
  End: ({ marks }) => marks.at(-1),
};

addEventListener('pointerover', ({ target, clientX }) => {
  const mark = markAt(target);
  if (mark) show(mark, clientX);
  // The pointer may go to the tip, to copy from it.
  else if (tip.contains(target)) clearTimeout(leaving);
  else if (shown) leaving = setTimeout(hide, 150);
});
addEventListener('focusin', ({ target }) => {
  const mark = markAt(target);
  if (!mark) return;
  // A drawing is one stop of the Tab key: the mark that was last there.
  for (const { node } of mark.marks) node.setAttribute('tabindex', node === target ? 0 : -1);
  show(mark);
});
addEventListener('focusout', hide);
addEventListener('keydown', (pressed) => {
  const mark = markAt(pressed.target);
  if (pressed.key === 'Escape') hide();
  if (!mark || !(pressed.key in KEYS)) return;
  pressed.preventDefault();
  KEYS[pressed.key](mark)?.node.focus();
});

// ---------------------------------------------------------------- a test

const linkTo = ({ nodeid }) => `#${new URLSearchParams({ test: nodeid })}`;

function listRow({ event, run }, before, start_ms) {
  const [tag, title, outcome] = describe(event);
  const again = before?.event.at_ms === event.at_ms ? ' again' : '';
  const after = outcome ? [' ', html('span', { class: 'outcome' }, `\u2192\u00a0${outcome}`)] : [];
  return html('tr', { class: isBad(event) ? 'bad' : '' },
    html('td', { class: `time${again}` }, signed(event.at_ms - start_ms)),
    html('td', { class: 'instant' }, instantText(event.at_ms)),
    html('td', { class: 'tag' }, tag),
    html('td', { class: run ? 'what inside' : 'what' }, title, ...after));
}

const resized = new ResizeObserver((entries) => {
  for (const { target } of entries) target.redraw();
});

/** Fill the body of a test that has come into view. */
function fill(body, test) {
  const story = follow(test);
  const { places, start_ms } = story;
  if (test.message) body.append(html('pre', { class: 'message' }, test.message));
  if (places.length) {
    const figure = html('figure');
    let drawnFor = 0;
    figure.redraw = () => {
      // A test that is closed has no width.
      if (figure.clientWidth === drawnFor || !figure.clientWidth) return;
      drawnFor = figure.clientWidth;
      new Drawing(figure, story);
    };
    const list = html('tbody');
    places.forEach((place, at) => {
      place.listed = listRow(place, places[at - 1], start_ms);
      list.append(place.listed);
    });
    body.append(figure, html('table', {}, list));
    resized.observe(figure);
  } else body.append(html('p', { class: 'dim' }, 'Nothing was recorded.'));
  body.append(html('a', { class: 'link', href: linkTo(test) }, 'Link to this test'));
}

const inView = new IntersectionObserver((entries) => {
  for (const { target } of entries.filter(({ isIntersecting }) => isIntersecting)) {
    inView.unobserve(target);
    target.fill();
  }
}, { rootMargin: '400px' });

const isUrgent = ({ outcome }) => outcome === 'failed' || outcome === 'error';

function cardOf(test) {
  const { nodeid, outcome, duration_s, events } = test;
  const [folder] = /^[^[]*::|/.exec(nodeid);
  const body = html('div', { class: 'body' });
  const card = html('details', { class: 'test' },
    html('summary', {},
      html('span', { class: `outcome ${outcome}` }, outcome),
      html('h2', {}, html('span', { class: 'dim' }, folder), nodeid.slice(folder.length)),
      html('span', { class: 'dim counts' },
        `${plural(events.length, 'event')}, ${duration_s.toFixed(2)} s`)),
    body);
  card.open = isUrgent(test);
  body.fill = () => fill(body, test);
  inView.observe(body);
  return { card, test, searched: `${nodeid}\n${test.message}`.toLowerCase() };
}

// ---------------------------------------------------------------- the page

const cards = [...report.tests].sort((a, b) => isUrgent(b) - isUrgent(a)).map(cardOf);
const chips = new Map();
const isPressed = (chip) => chip.ariaPressed === 'true';

function filter() {
  const words = byId('filter').value.toLowerCase().split(/\s+/);
  const only = [...chips.keys()].filter((outcome) => isPressed(chips.get(outcome)));
  let count = 0;
  for (const { card, test, searched } of cards) {
    const wanted = !only.length || only.includes(test.outcome);
    card.hidden = !wanted || !words.every((word) => searched.includes(word));
    count += !card.hidden;
  }
  const some = count < cards.length ? `${count.toLocaleString('en')} of ` : '';
  byId('shown').textContent = some + plural(cards.length, 'test');
}

function openLinked() {
  const wanted = `#${new URLSearchParams(location.hash.slice(1))}`;
  const linked = cards.find(({ test }) => linkTo(test) === wanted);
  if (!linked) return;
  byId('filter').value = '';
  for (const chip of chips.values()) chip.ariaPressed = 'false';
  filter();
  // The others would push it away when they are drawn.
  for (const { card } of cards) card.open = card === linked.card;
  linked.card.scrollIntoView();
  linked.card.querySelector('summary').focus({ preventScroll: true });
}

document.title = report.title;
byId('title').textContent = report.title;
const facts = { created: `${instantText(report.created_at)} UTC`, ...report.versions };
for (const [name, fact] of Object.entries(facts)) {
  byId('versions').append(html('div', {}, html('dt', {}, name), html('dd', {}, fact)));
}
for (const outcome of ['failed', 'error', 'passed', 'skipped']) {
  const count = report.tests.filter((test) => test.outcome === outcome).length;
  if (!count) continue;
  const chip = html('button', { type: 'button', class: outcome, 'aria-pressed': false },
    html('b', {}, count.toLocaleString('en')), ` ${outcome}`);
  chip.addEventListener('click', () => {
    chip.ariaPressed = String(!isPressed(chip));
    filter();
  });
  chips.set(outcome, chip);
}
byId('outcomes').append(...chips.values());
byId('filter').addEventListener('input', filter);
byId('tests').append(...cards.map(({ card }) => card));
filter();
openLinked();
addEventListener('hashchange', openLinked);
