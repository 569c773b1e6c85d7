/**
 * The widget's words in the visitor's language; English where there is none.
 *
 * @typedef {typeof import('./i18n/en.js').default} Words
 */
const LANGUAGES = ['en', 'es', 'fr', 'de', 'pt', 'ar'];

/**
 * @param {string} locale such as `pt-BR`
 * @returns {Promise<{ words: Words, language: string, locale: string, dir: 'ltr' | 'rtl' }>}
 */
export async function load(locale) {
  const wanted = locale.toLowerCase().split(/[-_]/)[0] ?? 'en';
  const language = LANGUAGES.includes(wanted) ? wanted : 'en';
  const { default: words } = await import(`./i18n/${language}.js`);
  return { words, language, locale: known(locale) && language === wanted ? locale : language, dir: language === 'ar' ? 'rtl' : 'ltr' };
}

/** @param {string} locale */
function known(locale) {
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(locale).length > 0;
  } catch {
    return false;
  }
}
