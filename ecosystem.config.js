// One PM2 app per role: `pm2 start ecosystem.config.js`. Without PM2, `employee run` is the same in one process.
const path = require("path");

const employee = path.join(__dirname, ".venv", "bin", "employee");

const role = (name) => ({
  name: `ai-employee-${name}`,
  script: employee,
  args: `run --only ${name}`,
  cwd: __dirname,
  interpreter: "none", // the script is a program, not JavaScript
  env: { PYTHONUNBUFFERED: "1" }, // log lines arrive when they are written
  watch: false, // the program watches by itself
  kill_timeout: 30000, // time to finish a running effect; PM2's own 1.6 s would cut it
  // Wrong configuration: starting again would not help. Never 0: PM2 7 counts a killed process as an exit with 0,
  // and a role that the system killed for its memory would stay away without a word.
  stop_exit_codes: [78],
  exp_backoff_restart_delay: 200, // anything else starts again, more and more slowly
  min_uptime: "20s",
  max_restarts: 10,
});

module.exports = { apps: ["inbox", "gmail", "imap", "scheduler", "manager"].map(role) };
