/**
 * Asks for a second factor when an application wants to transfer funds.
 *
 * A factor counts for five minutes. Who has none enrolls one. Where nobody can be asked, as in the
 * exchange of a refresh token, the scope is taken away and the rest of the token is issued.
 */
const SCOPE = 'transfer:funds';
const FRESH_MS = 5 * 60 * 1000;
const FACTORS = [{ type: 'otp' }, { type: 'webauthn-roaming' }];

exports.onExecutePostLogin = async (event, api) => {
  if (!event.transaction?.requested_scopes.includes(SCOPE)) return;
  const passed = event.authentication?.methods.findLast((method) => method.name === 'mfa');
  if (passed && Date.now() - Date.parse(passed.timestamp) <= FRESH_MS) return;

  if (!api.redirect.canRedirect()) {
    api.accessToken.removeScope(SCOPE);
  } else if (event.user.enrolledFactors?.length) {
    api.authentication.challengeWithAny(FACTORS);
  } else {
    api.authentication.enrollWithAny(FACTORS);
  }
};
