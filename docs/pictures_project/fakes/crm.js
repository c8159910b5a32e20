// Stands for the module `crm`.
let number = 0;

exports.fetchToken = async () => {
  number += 1;
  return { token: `token-${number}`, expires_in: 3600 };
};
