/**
 * Asks each user to accept the present terms, once for each version of them.
 *
 * Who does not accept them is not logged in. A login without a browser can't show a form: it is
 * denied until the user has accepted in another one.
 */
const FORM = 'ap_terms';
const VERSION = '2025-01';

exports.onExecutePostLogin = async (event, api) => {
  if (event.user.app_metadata.terms === VERSION) return;
  if (!api.redirect.canRedirect()) {
    api.access.deny('Log in with a browser, and accept the terms.');
    return;
  }
  api.prompt.render(FORM, {
    fields: { name: event.user.name || '', newsletter: false },
    vars: { version: VERSION },
  });
};

exports.onContinuePostLogin = async (event, api) => {
  const { accepted, newsletter } = event.prompt.fields;
  api.user.setUserMetadata('newsletter', newsletter);
  if (!accepted) {
    api.access.deny('The terms were not accepted.');
    return;
  }
  api.user.setAppMetadata('terms', event.prompt.vars.version);
};
