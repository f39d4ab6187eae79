// Clocks count down against the server's time, in the words in which the server wrote them.
const offset = Date.parse(document.body.dataset.now) - Date.now();
const zh = document.documentElement.lang.startsWith("zh");

function span(ms) {
  const minutes = Math.floor(ms / 60000);
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24, minutes % 60];
  if (days >= 3) return zh ? `${days} 天` : `${days} days`;
  if (days > 0) return zh ? `${days} 天${hours ? ` ${hours} 小时` : ""}` : `${days} d${hours ? ` ${hours} h` : ""}`;
  if (hours > 0) return zh ? `${hours} 小时${rest ? ` ${rest} 分` : ""}` : `${hours} h${rest ? ` ${rest} min` : ""}`;
  return zh ? `${rest} 分` : `${rest} min`;
}

function tick() {
  const now = Date.now() + offset;
  for (const clock of document.querySelectorAll("[data-clock-due]")) {
    const due = Date.parse(clock.dataset.clockDue);
    const left = due - now;
    clock.querySelector(".clock-words").textContent =
      left > 0 ? (zh ? `剩 ${span(left)}` : `${span(left)} left`) : (zh ? `已超时 ${span(-left)}` : `overdue by ${span(-left)}`);
    const third = (due - Date.parse(clock.dataset.clockStart)) / 3;
    clock.classList.toggle("is-breached", left <= 0);
    clock.classList.toggle("is-near", left > 0 && left <= third);
  }
}

setInterval(tick, 30000);
