// Choosing a sample person fills the form; one more click signs in.
const form = document.getElementById("sign-in");
for (const person of document.querySelectorAll("[data-fill]")) {
  person.addEventListener("click", (event) => {
    event.preventDefault();
    form.elements.login.value = person.dataset.fill;
    form.elements.password.value = document.getElementById("sample-password").textContent.trim();
    document.querySelector(".sample-person.is-chosen")?.classList.remove("is-chosen");
    person.classList.add("is-chosen");
    const button = form.querySelector("button");
    button.focus({ preventScroll: true });
    form.scrollIntoView({ block: "nearest", behavior: "smooth" });
  });
}
