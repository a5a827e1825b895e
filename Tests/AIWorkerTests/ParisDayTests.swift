import AIWorker
import Testing

@Suite struct ParisDayTests {
  @Test(arguments: [
    (0, "1970-01-01"), (-7200, "1969-12-31"), (951_782_400, "2000-02-29"),
    // Midnight in Paris is 23:00 UTC in winter and 22:00 UTC in summer.
    (1_767_221_999, "2025-12-31"), (1_767_222_000, "2026-01-01"),
    (1_774_994_399, "2026-03-31"), (1_774_994_400, "2026-04-01"),
    // The nights when the clock is changed: 29 March and 25 October 2026.
    (1_774_738_799, "2026-03-28"), (1_774_738_800, "2026-03-29"), (1_774_821_600, "2026-03-30"),
    (1_774_821_599, "2026-03-29"), (1_792_879_199, "2026-10-24"), (1_792_879_200, "2026-10-25"),
    (1_792_969_199, "2026-10-25"), (1_792_969_200, "2026-10-26"),
  ])
  func isTheDateInParis(_ unixSeconds: Int64, _ text: String) {
    #expect(ParisDay.text(unixSeconds: unixSeconds) == text)
  }
}
