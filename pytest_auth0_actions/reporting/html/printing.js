// On paper everything is open, drawn for its width, and no filter hides a test.

let closed = [];

function fitToPaper(figure) {
  figure.redraw();
  const { clientWidth, scrollWidth } = figure.querySelector('.scroller');
  if (scrollWidth > clientWidth) figure.style.zoom = clientWidth / scrollWidth;
}

addEventListener('beforeprint', () => {
  document.body.classList.add('printing'); // as wide as paper
  for (const { card } of cards) card.hidden = card.parentNode.hidden = false;
  closed = [...document.querySelectorAll('details:not([open])')];
  for (const details of closed) details.open = true;
  for (const { card, body } of cards) {
    body.fill();
    const figure = card.querySelector('figure');
    if (figure) fitToPaper(figure);
  }
  for (const { row } of document.querySelectorAll('.what button')) {
    if (row.isOpen) continue;
    row.toggle(true);
    closed.push(row);
  }
});

addEventListener('afterprint', () => {
  document.body.classList.remove('printing');
  for (const figure of document.querySelectorAll('figure')) figure.style.zoom = '';
  for (const each of closed) {
    if (each instanceof Row) each.toggle(false);
    else each.open = false;
  }
  filter();
});
