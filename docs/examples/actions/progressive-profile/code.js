/**
 * Completes a user's profile by one question at a time.
 *
 * The first two logins are left in peace, and so is the month after a question. A question that is
 * left empty is asked again then.
 */
const QUESTIONS = [
  { field: 'company', form: 'ap_company' },
  { field: 'job_title', form: 'ap_job_title' },
];
const MONTH_MS = 30 * 24 * 60 * 60 * 1000;

exports.onExecutePostLogin = async (event, api) => {
  const { app_metadata: kept, user_metadata: profile } = event.user;
  if (event.stats.logins_count <= 2 || !api.redirect.canRedirect()) return;
  if (kept.asked_at && Date.now() - Date.parse(kept.asked_at) < MONTH_MS) return;
  const question = QUESTIONS.find(({ field }) => !profile[field]);
  if (question) api.prompt.render(question.form, { vars: { field: question.field } });
};

exports.onContinuePostLogin = async (event, api) => {
  const { fields, vars } = event.prompt;
  const answer = (fields[vars.field] ?? '').trim();
  if (answer) api.user.setUserMetadata(vars.field, answer);
  api.user.setAppMetadata('asked_at', new Date().toISOString());
};
