// Stands for the module `crm`. Each token has a number; a token that it did not issue is refused.
const issued = [];

exports.fetchToken = async () => {
  issued.push(`token-${issued.length + 1}`);
  return { access_token: issued.at(-1), expires_in: Number(actions.secrets.EXPIRES_IN) };
};

exports.createAccount = async (token, account) => {
  if (!issued.includes(token)) {
    throw Object.assign(new Error('The CRM answered 401'), { status: 401 });
  }
  console.log(`${account.email} created with ${token} for ${account.team}`);
};
