// Plays the steps that its event has for it, and logs what it sees before and after them.
const STEPS = {
  deny: (api, reason) => api.access.deny(reason),
  invalid: (api, code) => api.validation.error(code, 'Not this way'),
  set: (api, kind, key, value) => api.user[kind === 'user' ? 'setUserMetadata' : 'setAppMetadata'](key, value),
  unset: (api, kind, key) => STEPS.set(api, kind, key, null),
  undo: (api, kind, key) => STEPS.set(api, kind, key, undefined),
  note: (api, key, value) => api.transaction.setMetadata(key, value),
  claim: (api, token, key, value) => api[token].setCustomClaim(`https://shop.example/${key}`, value),
  scope: (api, method, name) => api.accessToken[method](name),
  redirect: (api, path) => api.redirect.sendUserTo(`https://shop.example/${path}`),
  prompt: (api, id, fields) => api.prompt.render(id, { fields }),
  challenge: (api, types) => api.authentication.challengeWithAny(types.map((type) => ({ type }))),
  enroll: (api, types) => api.authentication.enrollWithAny(types.map((type) => ({ type }))),
  mfa: (api, provider) => api.multifactor.enable(provider),
  record: (api, url) => api.authentication.recordMethod(url),
  link: (api, id) => api.authentication.setPrimaryUser(id),
  wait: (api, ms) => new Promise((resolve) => { setTimeout(resolve, ms); }),
  throw: (api, text) => { throw new Error(text); },
};

const look = (event) => console.log(JSON.stringify({
  user: event.user.user_metadata,
  app: event.user.app_metadata,
  notes: event.transaction.metadata,
  methods: event.authentication.methods.map((each) => each.name),
  enrolled: event.user.enrolledFactors?.map((each) => each.type) ?? null,
  request: [event.request.method, event.request.query, event.request.body],
  prompt: event.prompt ?? null,
}));

const play = async (event, api, handler) => {
  look(event);
  const scripts = JSON.parse(event.client.metadata.scripts);
  for (const [name, ...args] of scripts[event.secrets.PLACE][handler]) await STEPS[name](api, ...args);
  look(event);
};

exports.onExecutePostLogin = async (event, api) => play(event, api, 'execute');
exports.onContinuePostLogin = async (event, api) => play(event, api, 'continue');
