// A bot with Slack's Bolt for JavaScript and axios, as their own pages show one: acknowledge, ask, respond. `python -m tests.benchmarks.run`
// copies it into a folder of its own and lets npm install both there.
import bolt from '@slack/bolt';
import axios from 'axios';

const env = process.env;
const HELP = 'Ask for a post: /linkedin-stats <link>';
const LABELS = { IMPRESSION: 'Impressions', MEMBERS_REACHED: 'Members reached', REACTION: 'Reactions', COMMENT: 'Comments', RESHARE: 'Reshares' };

const api = axios.create({ baseURL: env.POSTPOST_BASE_URL, headers: { 'x-api-key': env.POSTPOST_API_KEY } });
const app = new bolt.App({
  token: env.SLACK_BOT_TOKEN,
  ...(env.SLACK_APP_TOKEN ? { socketMode: true, appToken: env.SLACK_APP_TOKEN } : { signingSecret: env.SLACK_SIGNING_SECRET }),
  clientOptions: { slackApiUrl: env.SLACK_API_URL },
});

const card = (post, metrics) => ({
  text: 'LinkedIn statistics',
  blocks: [
    { type: 'header', text: { type: 'plain_text', text: 'LinkedIn statistics' } },
    { type: 'section', text: { type: 'mrkdwn', text: `\`${post}\`` } },
    {
      type: 'section',
      fields: Object.entries(LABELS).map(([name, label]) => ({ type: 'mrkdwn', text: `*${label}*\n${metrics[name].toLocaleString('en-US')}` })),
    },
  ],
});

app.command('/linkedin-stats', async ({ ack, command, respond }) => {
  if (command.text === 'help') {
    await ack({ text: HELP, blocks: [{ type: 'section', text: { type: 'plain_text', text: HELP } }] });
    return;
  }
  await ack();
  const asked = { postedId: command.text, platformId: env.POSTPOST_PLATFORM_ID, queryTypes: 'ALL' };
  const { data } = await api.post('/linkedin-post-statistics', asked);
  await respond(card(command.text, data.metrics));
});

await app.start(Number(env.PORT));
