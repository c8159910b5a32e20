/**
 * Puts what the Actions before it have found out into the access token.
 */
const NAMESPACE = 'https://shop.example.com';

exports.onExecutePostLogin = async (event, api) => {
  const methods = event.authentication?.methods.map((method) => method.name) ?? [];
  api.accessToken.setCustomClaim(`${NAMESPACE}/terms`, event.user.app_metadata.terms ?? null);
  api.accessToken.setCustomClaim(`${NAMESPACE}/company`, event.user.user_metadata.company ?? null);
  api.accessToken.setCustomClaim(`${NAMESPACE}/mfa`, methods.includes('mfa'));
};
