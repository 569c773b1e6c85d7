/** The shop's own script: its buttons open the chat by the widget's public API, some with a question. */
for (const button of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('[data-open]'))) {
  button.addEventListener('click', () => /** @type {any} */ (window).parley?.open(button.dataset.open));
}
