import { App } from './app.js';
import { Bridge } from './bridge.js';
import { load } from './i18n.js';
import { Memory } from './memory.js';

/**
 * The page inside the frame. It says hello to the loader, and begins when the host has answered: at once where the
 * visitor opened the chat, silently where it comes back by itself: after an earlier visit, or where the workspace has turned
 * visitor presence on.
 */
const { key = '', name = '', color = '', greeting = '', assistant = '', presence } = document.documentElement.dataset;
const query = new URLSearchParams(location.search);
const tongue = await load(query.get('locale') || navigator.language || 'en');
const memory = new Memory(key);
const bridge = new Bridge(query.get('origin') ?? '');

document.documentElement.lang = tongue.language;
document.documentElement.dir = tongue.dir;
document.title = `${tongue.words.title} · ${name}`;

bridge.on('init', (init) => {
  if (init.open || init.keep) memory.keep();
  const app = new App({ key, name, color, greeting, assistant }, tongue, memory, bridge, init);
  document.body.replaceChildren(app.element);
  bridge.on('open', (draft) => {
    memory.keep();
    app.connect();
    app.open(draft);
  });
  bridge.on('close', () => app.close());
  if (init.open || init.keep || presence !== undefined) app.connect();
  if (init.open) app.open(init.draft);
});
bridge.start();
