(() => {
  const banner = document.getElementById("consent-banner");
  const agreed = document.cookie.split("; ").includes("consent=1");
  banner.hidden = agreed;
  document.getElementById("accept-recommended-btn-handler").addEventListener("click", () => {
    document.cookie = "consent=1; path=/; max-age=15552000; samesite=lax";
    banner.hidden = true;
  });
})();
