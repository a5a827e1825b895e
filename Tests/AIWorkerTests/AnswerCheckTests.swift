import AIWorker
import Telemetry
import Testing

@Suite struct AnswerCheckTests {
  private static let passage = """
    Le montant maximal de l'AAH est de 1 041,59 € par mois depuis le 1er avril 2026. Avant, il \
    était de 1033,32 euros. Le formulaire est le cerfa n° 15692*01. Le recours doit partir dans les \
    deux mois, avant le 30/06/2026. La PCH parentalité donne 900 €.
    """

  private func mended(_ text: String, sources: Int = 2) -> (String, [FlaggedFactKind: Int]) {
    var check = AnswerCheck(passages: [Self.passage], sources: sources)
    return (check.mend(text), check.flagged)
  }

  @Test(arguments: [
    "L'AAH est de 1 041,59 € par mois.", "L'AAH est de 1041,59 euros.",
    "L'AAH est de 1\u{202F}041,59\u{A0}€.", "Elle était de 1 033,32 €.", "Il y a 900,00 € de plus.",
    "Depuis le 1er avril 2026.", "Depuis avril 2026.", "Depuis le 01/04/2026.", "le 2026-04-01",
    "Depuis le 1 avril.", "avant le 30 juin 2026", "Le cerfa 15692*01.", "le cerfa n° 15692",
    "Vous avez 2 mois, soit 60 jours, à 80 % et 3 enfants.", "L'article 15 de la loi du 11.",
    "Appelez le 3114 ou le 15.", "en 2026",
  ])
  func whatStandsInAPassageStays(_ text: String) {
    let (kept, flagged) = mended(text)
    #expect(kept == text)
    #expect(flagged.isEmpty)
  }

  @Test(arguments: [
    (
      "L'AAH est de 1 200 € par mois.", "L'AAH est de [montant à vérifier] par mois.",
      FlaggedFactKind.amount
    ),
    ("Soit 1 041,95 €.", "Soit [montant à vérifier].", .amount),
    ("Il y a 41,59 € de plus.", "Il y a [montant à vérifier] de plus.", .amount),
    ("Comptez 90 euros.", "Comptez [montant à vérifier].", .amount),
    ("Depuis le 2 avril 2026.", "Depuis le [date à vérifier].", .date),
    ("Depuis le 1er avril 2025.", "Depuis le [date à vérifier].", .date),
    ("Depuis mai 2026.", "Depuis [date à vérifier].", .date),
    ("Avant le 31/06/2026 !", "Avant le [date à vérifier] !", .date),
    ("Le 14 juillet, tout ferme.", "Le [date à vérifier], tout ferme.", .date),
    ("Le cerfa 15692*02.", "Le cerfa [formulaire à vérifier].", .form),
    ("Le cerfa n° 13788.", "Le cerfa n° [formulaire à vérifier].", .form),
  ])
  func whatStandsInNoneIsTakenOut(_ text: String, _ expected: String, _ kind: FlaggedFactKind) {
    let (kept, flagged) = mended(text)
    #expect(kept == expected)
    #expect(flagged == [kind: 1])
  }

  @Test(arguments: [
    ("Vrai [1].", "Vrai [1]."), ("Vrai [3].", "Vrai."), ("Vrai [1, 3].", "Vrai [1]."),
    ("Vrai [0] et [2].", "Vrai et [2]."), ("Un [mot] entre crochets.", "Un [mot] entre crochets."),
    ("Un crochet [ seul", "Un crochet [ seul"),
  ])
  func referencesNameAPassage(_ text: String, _ expected: String) {
    #expect(mended(text).0 == expected)
  }

  /// A fact is never half in one piece: however the text is cut, the same is taken out.
  @Test func anyTextAndAnyNumberEndsSomehow() {
    var random = SeededGenerator(seed: 4)
    let pieces = [
      "1", "4", " ", ",", "€", "avril", "er", "/", "*", "cerfa", "2026", "é", "\n", "[", "]",
    ]
    for _ in 0..<3000 {
      let text = (0..<Int.random(in: 0...14, using: &random)).map { _ in
        pieces[Int.random(in: pieces.indices, using: &random)]
      }.joined()
      var check = AnswerCheck(passages: [], sources: 0)
      let once = check.mend(text)
      var again = AnswerCheck(passages: [], sources: 0)
      #expect(again.mend(once) == once, "nothing is left to take out of \(text)")
    }
  }

  @Test func aNoteIsDueOnlyWhereSomethingWasTakenOut() {
    var check = AnswerCheck(passages: [Self.passage], sources: 1)
    _ = check.mend("L'AAH est de 1 041,59 €.")
    #expect(check.note == nil)
    _ = check.mend("Et 77 €.")
    #expect(check.note?.contains("à vérifier") == true)
  }
}
