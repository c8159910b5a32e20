// The list of what happened in a test: a row for each event, which opens to what is behind it; and
// the strip of its flows.

/** What a row opens to: names, and texts of which some may be empty. */
const BEHIND = {
  call: ({ args, passed, result, gave }) => (
    [['Arguments', passed ?? args], ['Result', gave ?? result]]
  ),
  http: (event) => [
    ['Request headers', event.headers], ['Request body', event.body],
    ['Response headers', event.response_headers], ['Response body', event.response_body],
  ],
};

const behind = (event) => (BEHIND[event.kind]?.(event) ?? []).filter(([, text]) => text);

/** The file and the line of a place such as `actions/code.js:12`. */
function fileAndLine(place) {
  const at = place.lastIndexOf(':');
  return [place.slice(0, at), Number(place.slice(at + 1))];
}

let ids = 0;

/** One event in the list. To choose it marks its line; to press it opens what is behind it. */
class Row {
  constructor(place, before, start_ms, source) {
    const { event, run } = place;
    this.event = event;
    this.source = source;
    const [tag, title, outcome] = describe(event);
    const again = before?.event.at_ms === event.at_ms ? ' again' : '';
    const after = outcome ? [' ', html('span', { class: 'outcome' }, `\u2192\u00a0${outcome}`)] : [];
    this.button = html('button', { type: 'button', tabindex: -1 }, title, ...after);
    this.button.row = this;
    this.parts = behind(event);
    if (this.parts.length) this.button.setAttribute('aria-expanded', false);
    const where = event.place ? event.place.split('/').at(-1) : '';
    this.node = html('tr', { class: isBad(event) ? 'bad' : '' },
      html('td', { class: `time${again}` }, signed(event.at_ms - start_ms)),
      html('td', { class: 'instant' }, instantText(event.at_ms)),
      html('td', { class: 'tag' }, tag),
      html('td', { class: run ? 'what inside' : 'what' }, this.button),
      ...(source ? [html('td', { class: 'place', title: event.place ?? '' }, where)] : []));
    this.button.addEventListener('focus', () => this.choose());
    this.button.addEventListener('click', () => {
      this.choose(); // not every browser focuses a button that is clicked
      this.toggle();
    });
  }

  choose() {
    const { rows } = this;
    for (const { button, node } of rows) {
      button.tabIndex = button === this.button ? 0 : -1; // the list is one stop of the Tab key
      node.classList.toggle('chosen', button === this.button);
    }
    this.source?.mark(this.event.place);
  }

  get isOpen() {
    return this.button.ariaExpanded === 'true';
  }

  toggle(isOpen = !this.isOpen) {
    if (!this.parts.length || isOpen === this.isOpen) return;
    this.button.ariaExpanded = String(isOpen);
    if (!this.opened) this.build();
    this.opened.hidden = !isOpen;
  }

  build() {
    ids += 1;
    const id = `behind-${ids}`;
    const list = this.parts.flatMap(([name, text]) => [
      html('dt', {}, name), html('dd', {}, html('pre', {}, text)),
    ]);
    const cell = html('td', { colspan: this.node.cells.length }, html('dl', {}, ...list));
    this.opened = html('tr', { class: 'behind', id }, cell);
    this.button.setAttribute('aria-controls', id);
    this.node.after(this.opened);
  }
}

const STEPS = {
  ArrowDown: ({ rows, at }) => rows[at + 1],
  ArrowUp: ({ rows, at }) => rows[at - 1],
  Home: ({ rows }) => rows[0],
  End: ({ rows }) => rows.at(-1),
};

addEventListener('keydown', (pressed) => {
  const { row } = pressed.target;
  if (!row || !(pressed.key in STEPS)) return;
  pressed.preventDefault();
  STEPS[pressed.key](row)?.button.focus();
});

/** The list of a test's events; each place gets its row. */
function listOf(places, start_ms, source) {
  const rows = places.map((place, at) => {
    place.listed = new Row(place, places[at - 1], start_ms, source);
    return Object.assign(place.listed, { at });
  });
  for (const row of rows) row.rows = rows;
  rows[0].button.tabIndex = 0;
  return html('table', { 'aria-label': 'Events' },
    html('tbody', {}, ...rows.map(({ node }) => node)));
}

/** The Actions of each flow side by side, and what it came to; null without flows. */
function stripOf(places) {
  const flows = places.filter(({ event }) => event.kind === 'flow');
  if (!flows.length) return null;
  const items = flows.map((flow) => {
    const start = places.indexOf(flow) + 1;
    const runs = places.slice(start, start + flow.event.inside).filter(({ event }) => event.kind === 'run');
    const actions = runs.map((run) => {
      const { action, outcome } = run.event;
      const button = html('button', { type: 'button', title: outcome }, nameOf(action));
      button.classList.toggle('bad', isBad(run.event));
      button.addEventListener('click', () => run.listed.button.focus());
      return button;
    });
    return html('li', { class: isBad(flow.event) ? 'bad' : '' },
      html('span', { class: 'dim' }, flow.event.title), ...actions,
      html('span', { class: 'outcome' }, `\u2192\u00a0${flow.event.outcome}`));
  });
  return html('ol', { class: 'strip', 'aria-label': 'Flows' }, ...items);
}
