/** The shop's own script: its buttons open the chat by the widget's public API. */
for (const button of document.querySelectorAll('[data-open]')) {
  button.addEventListener('click', () => /** @type {any} */ (window).parley?.open());
}
