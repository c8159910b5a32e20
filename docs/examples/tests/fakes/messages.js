// Stands for the module `messages`: the test reads what would be sent in the logs of the run.
exports.send = async ({ to, text }) => {
  console.log(`to ${to}: ${text}`);
};
