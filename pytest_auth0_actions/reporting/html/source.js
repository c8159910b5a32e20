// The source of a test's Actions, beside the list: the line of what is chosen is marked.

class Source {
  constructor(places) {
    this.ran = new Map(); // the lines of each file that did something
    for (const { event } of places) {
      if (!event.place) continue;
      const [file, number] = fileAndLine(event.place);
      if (!this.ran.has(file)) this.ran.set(file, new Set());
      this.ran.get(file).add(number);
    }
    this.where = html('p', { class: 'where', 'aria-live': 'polite' });
    this.lines = html('ol');
    this.scroller = html('div', { class: 'lines', tabindex: 0, role: 'group', 'aria-label': 'Source' }, this.lines);
    this.node = html('aside', { class: 'source', 'aria-label': 'Source of the Action' }, this.where, this.scroller);
    const first = places.find(({ event }) => event.place);
    if (first) this.mark(first.event.place);
  }

  /** Show a place; without one, what is shown stays, and no line is marked. */
  mark(place) {
    this.marked?.removeAttribute('aria-current');
    this.marked = null;
    if (!place) return;
    const [file, number] = fileAndLine(place);
    this.where.textContent = place;
    this.show(file);
    this.marked = this.lines.children[number - 1];
    if (!this.marked) return;
    this.marked.setAttribute('aria-current', true);
    const { scroller, marked } = this;
    scroller.scrollTop = marked.offsetTop - scroller.clientHeight / 3;
  }

  show(file) {
    if (this.file === file) return;
    this.file = file;
    const ran = this.ran.get(file);
    const lines = sources[file]?.replace(/\r?\n$/, '').split(/\r?\n/) ?? [];
    this.scroller.hidden = !lines.length;
    this.lines.replaceChildren(...lines.map((code, at) => (
      html('li', { class: ran.has(at + 1) ? 'ran' : '' }, code || ' ')
    )));
  }
}
