// The page: details on hover and focus, the cards of tests, and the filter.

// ---------------------------------------------------------------- details on hover and focus

const tip = byId('tip');
const markOf = new WeakMap();
const markAt = (target) => markOf.get(target.closest?.('.mark'));
let shown = null;
let leaving = 0;

function hide() {
  clearTimeout(leaving);
  shown?.row.node.classList.remove('current');
  shown = null;
  tip.hidden = true;
}

function show(mark, pointerX) {
  hide();
  shown = mark;
  mark.row.node.classList.add('current');
  mark.row.source?.mark(mark.row.event.place);
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

const resized = new ResizeObserver((entries) => {
  for (const { target } of entries) target.redraw();
});

/** Fill the body of a test that has come into view. */
function fill(body, test) {
  const story = follow(test);
  const { places, start_ms } = story;
  if (test.message) body.append(html('pre', { class: `message ${test.outcome}` }, test.message));
  if (places.length) {
    const figure = html('figure');
    let drawnFor = 0;
    figure.redraw = () => {
      // A test that is closed has no width; on paper a drawing that is too wide is zoomed.
      if (figure.clientWidth === drawnFor || !figure.clientWidth || figure.style.zoom) return;
      drawnFor = figure.clientWidth;
      new Drawing(figure, story);
    };
    const source = places.some(({ event }) => event.place) ? new Source(places) : null;
    const list = listOf(places, start_ms, source);
    const strip = stripOf(places);
    body.append(...(strip ? [strip] : []), figure,
      html('div', { class: source ? 'events beside' : 'events' }, list, ...(source ? [source.node] : [])));
    resized.observe(figure);
  } else if (test.outcome !== 'skipped') {
    body.append(html('p', { class: 'dim' }, 'Nothing was recorded.'));
  }
  body.append(html('p', { class: 'rerun' }, 'Run again: ', html('code', {}, test.again)));
  body.append(html('a', { class: 'link', href: linkTo(test) }, 'Link to this test'));
}

const inView = new IntersectionObserver((entries) => {
  for (const { target } of entries.filter(({ isIntersecting }) => isIntersecting)) target.fill();
}, { rootMargin: '400px' });

const isUrgent = ({ outcome }) => outcome === 'failed' || outcome === 'error';

/** Where a test is, as editors and terminals know it. */
const placeOf = ({ file, line }) => (line === null ? file : `${file}:${line}`);

function cardOf(test) {
  const { nodeid, outcome, message, duration_s, events } = test;
  const name = nodeid.startsWith(`${test.file}::`) ? nodeid.slice(test.file.length + 2) : nodeid;
  const [classes] = /^[^[]*::|/.exec(name);
  const body = html('div', { class: 'body' });
  const reason = outcome === 'skipped' ? message.replace(/^Skipped: /, '').split('\n')[0] : '';
  const card = html('details', { class: 'test', 'data-test': nodeid },
    html('summary', {},
      html('span', { class: `outcome ${outcome}` }, outcome),
      html('h3', {}, html('span', { class: 'dim' }, classes), name.slice(classes.length),
        ...(reason ? [html('span', { class: 'dim reason' }, ` ${reason}`)] : [])),
      html('span', { class: 'dim counts' },
        `${placeOf(test)}, ${plural(events.length, 'event')}, ${duration_s.toFixed(2)} s`)),
    body);
  card.open = isUrgent(test);
  body.fill = () => {
    inView.unobserve(body);
    if (!body.hasChildNodes()) fill(body, test);
  };
  inView.observe(body);
  return { card, body, test, searched: `${nodeid}\n${message}`.toLowerCase() };
}

// ---------------------------------------------------------------- the tests of a file

const OUTCOMES = ['failed', 'error', 'passed', 'skipped'];

const countOf = (tests, outcome) => tests.filter((test) => test.outcome === outcome).length;

function groupOf(file, ofFile) {
  const tests = ofFile.map(({ test }) => test);
  const counts = OUTCOMES.filter((outcome) => countOf(tests, outcome)).map((outcome) => (
    html('span', { class: `outcome ${outcome}` }, `${countOf(tests, outcome).toLocaleString('en')} ${outcome}`)
  ));
  return html('details', { class: 'group', open: '' },
    html('summary', {}, html('h2', {}, file), html('span', { class: 'counts' }, ...counts)),
    ...ofFile.map(({ card }) => card));
}

// ---------------------------------------------------------------- the page

/** Those of which something failed first, and else in the order in which they ran. */
const failedFirst = (all, isFailed) => [...all].sort((a, b) => isFailed(b) - isFailed(a));

const ofFiles = new Map();
for (const test of failedFirst(report.tests, isUrgent)) {
  if (!ofFiles.has(test.file)) ofFiles.set(test.file, []);
  ofFiles.get(test.file).push(cardOf(test));
}
const cards = [...ofFiles.values()].flat();
const groups = [...ofFiles].map(([file, ofFile]) => groupOf(file, ofFile));
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
  const isFiltered = count < cards.length;
  for (const group of groups) {
    group.hidden = !group.querySelector('.test:not([hidden])');
    if (isFiltered) group.open = true;
  }
  const some = isFiltered ? `${count.toLocaleString('en')} of ` : '';
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
  linked.card.parentNode.open = true;
  linked.card.scrollIntoView();
  linked.card.querySelector('summary').focus({ preventScroll: true });
}

document.title = report.title;
byId('title').textContent = report.title;
const facts = { created: `${instantText(report.created_at)} UTC`, ...report.versions };
for (const [name, fact] of Object.entries(facts)) {
  byId('versions').append(html('div', {}, html('dt', {}, name), html('dd', {}, fact)));
}
for (const outcome of OUTCOMES) {
  const count = countOf(report.tests, outcome);
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
byId('tests').append(...groups);
filter();
openLinked();
addEventListener('hashchange', openLinked);
