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
  stop_exit_codes: [0, 78], // done, or wrong configuration: starting again would not help
  exp_backoff_restart_delay: 200, // anything else starts again, more and more slowly
  min_uptime: "20s",
  max_restarts: 10,
});

module.exports = { apps: ["inbox", "manager"].map(role) };
