// The calendar, drawn: it takes the place of the list, which stays on a phone and for whoever has no script.

const place = document.getElementById("month-drawn");
const words = place?.dataset;

function drawn() {
  const calendar = new window.FullCalendar.Calendar(place, {
    locale: words.language.startsWith("zh") ? "zh-cn" : "en",
    timeZone: "UTC", // hours come as the clocks of the project show them, and are drawn so
    initialDate: words.first === `${words.today.slice(0, 7)}-01` ? words.today : words.first,
    now: `${words.now}:00Z`,
    initialView: "dayGridMonth",
    headerToolbar: { left: "prev,today,next", center: "title", right: "dayGridMonth,timeGridWeek,listMonth" },
    buttonIcons: false,
    buttonText: { prev: "‹", next: "›", today: words.here, month: words.month, week: words.week, list: words.list },
    buttonHints: { prev: words.back, next: words.on },
    firstDay: 1,
    height: "auto",
    dayMaxEvents: 4,
    moreLinkContent: (more) => `+${more.num} ${words.more}`,
    nowIndicator: true,
    allDaySlot: true,
    slotMinTime: "07:00:00",
    slotMaxTime: "21:00:00",
    eventTimeFormat: { hour: "2-digit", minute: "2-digit", hour12: false },
    slotLabelFormat: { hour: "2-digit", minute: "2-digit", hour12: false },
    noEventsContent: words.none,
    views: { timeGridWeek: { displayEventTime: false } }, // the hour stands at the side; the name needs the room
    events: { url: words.events, failure: () => { calendar.setOption("noEventsContent", words.trouble); say(); } },
    eventDidMount: ({ event, el }) => { el.title = event.title; },
    datesSet: ({ view }) => keep(view.currentStart),
  });
  return calendar;
}

// the month that one looks at stays in the address, so that it is there again after going back
function keep(start) {
  const month = start.toISOString().slice(0, 7);
  history.replaceState(history.state, "", `?month=${month}`);
}

function say() {
  const line = document.createElement("p");
  line.className = "alert alert-danger";
  line.setAttribute("role", "alert");
  line.textContent = words.trouble;
  place.before(line);
}

// what draws it is fetched only where there is room for it
function fetched(address) {
  return new Promise((done, failed) => {
    const script = document.createElement("script");
    Object.assign(script, { src: address, onload: done, onerror: failed });
    document.head.append(script);
  });
}

if (place && window.matchMedia("(width >= 768px)").matches) {
  await fetched(words.drawing);
  await fetched(words.chinese);
  place.hidden = false;
  document.getElementById("month-list").hidden = true;
  drawn().render();
}
