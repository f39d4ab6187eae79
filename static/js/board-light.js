// Read before the page is drawn. Rules of the framework that no page of ours has a use for (side bars and steps by :has(),
// dividers by ~, button groups by +) make the browser style every card anew at each change of one: 40 ms with a thousand cards.
const IDLE = /:has\(|\.divide-| \+ /;
function lighten(sheet) {
  for (let at = sheet.cssRules.length - 1; at >= 0; at -= 1) {
    const rule = sheet.cssRules[at];
    if (rule.selectorText === undefined) { if (rule.cssRules?.length) lighten(rule); } else if (IDLE.test(rule.selectorText) && !/alert/.test(rule.selectorText)) sheet.deleteRule(at);
  }
}
for (const sheet of document.styleSheets) if (sheet.href?.includes("/tabler/")) lighten(sheet);
