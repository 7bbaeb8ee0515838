// Points in time as people in the shop say them: 今天 14:05, 明天 9:30, 11月23日 14:05.

/** Return a function that names an ISO time in `zone`, looked at from `now`. */
export function dueIn(zone, now = () => new Date()) {
  const day = new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" });
  const time = new Intl.DateTimeFormat("zh-CN", { timeZone: zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  return (iso) => {
    const at = new Date(iso);
    const days = Math.round((Date.parse(day.format(at)) - Date.parse(day.format(now()))) / 86_400_000);
    const [, month, date] = day.format(at).split("-").map(Number);
    const name = { "-1": "昨天", 0: "今天", 1: "明天", 2: "后天" }[days] ?? `${month}月${date}日`;
    return `${name} ${time.format(at)} 前`;
  };
}
