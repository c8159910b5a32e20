exports.planOf = (metadata) => metadata.plan ?? actions.secrets.DEFAULT_PLAN;
