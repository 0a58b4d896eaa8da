// Emoji short names as Slack writes them, as Unicode. A name that is not here stays visible as `:name:`.

const NAMES = `
+1 👍|thumbsup 👍|-1 👎|thumbsdown 👎|ok_hand 👌|wave 👋|clap 👏|raised_hands 🙌|pray 🙏|muscle 💪|point_right 👉|point_left 👈|point_up 👆|point_down 👇
smile 😄|smiley 😃|grinning 😀|grin 😁|joy 😂|wink 😉|blush 😊|heart_eyes 😍|thinking_face 🤔|sweat_smile 😅|sob 😭|cry 😢|confused 😕|slightly_smiling_face 🙂|neutral_face 😐
disappointed 😞|sunglasses 😎|partying_face 🥳|shrug 🤷|eyes 👀|see_no_evil 🙈|robot_face 🤖|ghost 👻|brain 🧠|bust_in_silhouette 👤|busts_in_silhouette 👥|speech_balloon 💬|thought_balloon 💭
heart ❤️|sparkling_heart 💖|broken_heart 💔|fire 🔥|star ⭐|star2 🌟|sparkles ✨|zap ⚡|boom 💥|tada 🎉|confetti_ball 🎊|balloon 🎈|gift 🎁|trophy 🏆|medal 🏅|sports_medal 🏅
first_place_medal 🥇|second_place_medal 🥈|third_place_medal 🥉|crown 👑|gem 💎|rocket 🚀|dart 🎯|bulb 💡|key 🔑|lock 🔒|unlock 🔓|closed_lock_with_key 🔐|mag 🔍|mag_right 🔎|bell 🔔|no_bell 🔕
loudspeaker 📢|mega 📣|newspaper 📰|memo 📝|pencil 📝|pencil2 ✏️|clipboard 📋|pushpin 📌|round_pushpin 📍|paperclip 📎|link 🔗|file_folder 📁|open_file_folder 📂|page_facing_up 📄
bar_chart 📊|chart_with_upwards_trend 📈|chart_with_downwards_trend 📉|calendar 📆|date 📅|spiral_calendar_pad 🗓️|clock1 🕐|clock3 🕒|clock9 🕘|alarm_clock ⏰|stopwatch ⏱️|timer_clock ⏲️
hourglass ⌛|hourglass_flowing_sand ⏳|watch ⌚|email 📧|envelope ✉️|incoming_envelope 📨|inbox_tray 📥|outbox_tray 📤|package 📦|computer 💻|desktop_computer 🖥️|iphone 📱|gear ⚙️|wrench 🔧
hammer_and_wrench 🛠️|electric_plug 🔌|satellite 🛰️|globe_with_meridians 🌐|earth_africa 🌍|earth_americas 🌎|house 🏠|office 🏢|briefcase 💼|moneybag 💰|dollar 💵|credit_card 💳
warning ⚠️|rotating_light 🚨|no_entry ⛔|no_entry_sign 🚫|x ❌|white_check_mark ✅|heavy_check_mark ✔️|ballot_box_with_check ☑️|question ❓|grey_question ❔|exclamation ❗|heavy_exclamation_mark ❗
information_source ℹ️|recycle ♻️|arrows_counterclockwise 🔄|repeat 🔁|arrow_up ⬆️|arrow_down ⬇️|arrow_right ➡️|arrow_left ⬅️|arrow_upper_right ↗️|arrow_lower_right ↘️|heavy_plus_sign ➕|heavy_minus_sign ➖
small_red_triangle 🔺|small_red_triangle_down 🔻|red_circle 🔴|large_yellow_circle 🟡|large_green_circle 🟢|large_blue_circle 🔵|large_orange_circle 🟠|white_circle ⚪|black_circle ⚫|blue_heart 💙|green_heart 💚
sunny ☀️|cloud ☁️|umbrella ☔|snowflake ❄️|rainbow 🌈|coffee ☕|beers 🍻|cake 🍰|pizza 🍕|seedling 🌱|evergreen_tree 🌲|herb 🌿|dog 🐶|cat 🐱|bug 🐛|100 💯|zzz 💤|sos 🆘|new 🆕|free 🆓|ok 🆗|soon 🔜|top 🔝
one 1️⃣|two 2️⃣|three 3️⃣|four 4️⃣|five 5️⃣|six 6️⃣|seven 7️⃣|eight 8️⃣|nine 9️⃣|keycap_ten 🔟|play_or_pause_button ⏯️|arrow_forward ▶️|double_vertical_bar ⏸️|black_right_pointing_double_triangle_with_vertical_bar ⏭️
fast_forward ⏩|wastebasket 🗑️|test_tube 🧪|megaphone 📣|handshake 🤝|writing_hand ✍️|crossed_fingers 🤞|hatching_chick 🐣|checkered_flag 🏁|triangular_flag_on_post 🚩|vertical_traffic_light 🚦|construction 🚧`;

const EMOJI = new Map(
  NAMES.trim()
    .split(/[|\n]/)
    .map((pair) => pair.trim().split(" ")),
);

const SHORTCODE = /:([a-z0-9_+-]+):(?::skin-tone-[2-6]:)?/g;

/** The emoji of a short name, or undefined. */
export const emojiOf = (name) => EMOJI.get(name);

/** Text with every known `:name:` as its emoji. */
export function withEmoji(text) {
  return text.replace(SHORTCODE, (whole, name) => EMOJI.get(name) ?? whole);
}
