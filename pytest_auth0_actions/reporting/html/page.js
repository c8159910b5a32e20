// The page: details on hover and focus, the cards of tests, and the filter.

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
