// Draws each test's time. A stop is an instant at which the clock stood: a band with a slot for
// each event, in order. Between two stops time passed.

const { columns, sources, texts, ...report } = JSON.parse(document.getElementById('data').textContent);

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
  const name = file.replace(/\.[cm]?[jt]s$/, '');
  return folder && /^(code|index)$/.test(name) ? folder : name;
}

/** What is said of an event: a tag, what it was, what came of it. */
const DESCRIBE = {
  clock: ({ at_ms, to_ms, by }) => {
    const mover = by === 'timer' ? 'A timer' : 'The test';
    return ['clock', `${mover} moved the clock: ${signed(to_ms - at_ms)}`, ''];
  },
  flow: ({ title, outcome }) => ['flow', title, outcome],
  run: ({ action, outcome, changed }) => (
    ['run', action, changed ? `${outcome}: ${changed}` : outcome]
  ),
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
  || (kind === 'flow' && outcome.startsWith('failed'))
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
  const flows = [];

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
    if (kind === 'flow' || by === 'test' || why === 'evict' || why === 'clear' || run?.event.end_ms < now) run = null;
    if (kind === 'clock') return { event, stop, to: arriveAt(event.to_ms), run };

    const place = { event, stop, slot: stop.slots, run };
    stop.slots += 1;
    if (event.end_ms > now) place.to = stopAt(event.end_ms);
    if (run && kind !== 'run') run.last = place;
    if (kind === 'flow') flows.push(place);
    if (kind === 'run') [place.run, run] = [null, place];
    if (kind === 'evict') end(key, 'evicted', place);
    if (path === 'cache.delete' && ok) end(key, 'deleted', place);
    if (path === 'cache.set' && ok) begin(place, true);
    // What no call has stored was there before, or came back with the clock.
    if (hit && !open.has(key)) begin(place, false);
    return place;
  });
  for (const flow of flows) {
    const start = places.indexOf(flow);
    const inside = places.slice(start, start + flow.event.inside + 1);
    flow.last = inside.findLast(({ event }) => event.kind !== 'clock');
  }
  const inOrder = [...stops.values()].sort((a, b) => a.leg - b.leg || a.ms - b.ms);
  return { start_ms, places, records, stops: inOrder };
}
