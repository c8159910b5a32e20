const plans = require('actions:plans');

exports.onExecutePostLogin = async (event, api) => {
  const plan = plans.planOf(event.user.app_metadata);
  api.idToken.setCustomClaim('##NAMESPACE##/plan', plan);
};
