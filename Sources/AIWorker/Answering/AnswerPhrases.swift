import Knowledge
import WorkerAPI

/// What an extractive answer says between its quotes: never a fact about a right.
enum AnswerPhrases {
  static let goodToKnow = "À savoir"

  static let closing =
    "Si votre situation est un peu différente, dites-m'en plus : je chercherai dans nos fiches."

  static let foreign = """
    Merci pour votre message. Je ne trouve pas de réponse à cette question dans mes fiches : je \
    peux seulement vous aider dans vos démarches avec la MDPH et la CAF.
    """

  static let uncovered = """
    Votre question est importante, mais je n'ai pas encore de fiche sur ce sujet, et je préfère \
    vous le dire plutôt que d'inventer une réponse. La MDPH de votre département peut vous \
    renseigner, et le site service-public.gouv.fr aussi.
    """

  static let medical = """
    Je comprends votre inquiétude, mais je ne peux pas donner de conseil médical. Parlez-en à \
    votre médecin ou à votre pharmacien ; en cas d'urgence, appelez le 15. Je reste là pour vos \
    démarches avec la MDPH et la CAF.
    """

  static let distress = """
    Ce que vous vivez a l'air très dur, et vous n'avez pas à y faire face sans aide. Vous pouvez \
    appeler le 3114 à toute heure, gratuitement, pour parler à quelqu'un ; en cas d'urgence, \
    appelez le 15. Quand vous le voudrez, je serai là pour vos démarches avec la MDPH et la CAF.
    """

  /// A refusal that names what can be asked instead.
  static func refusal(_ opening: String, documents titles: [String]) -> String {
    opening + "\n\nVoici ce que je connais :\n" + titles.map { "- " + $0 }.joined(separator: "\n")
      + "\n\nPosez-moi votre question avec vos mots, j'essaierai d'y répondre."
  }

  /// What remembered facts add; it says that they are remembered.
  static func personal(
    _ sentences: [(fact: FamilyFact, sentence: String)], department: FamilyFact?
  ) -> String? {
    var lines = sentences.map { "- \($0.fact.text) \($0.sentence)" }
    if let department {
      lines.append("- \(department.text) C'est à la MDPH de ce département qu'il faut s'adresser.")
    }
    guard !lines.isEmpty else { return nil }
    return (["D'après ce que vous m'avez déjà dit"] + lines).joined(separator: "\n")
  }

  static func source(of document: KnowledgeDocument) -> String {
    let reference = document.sources.first.map { " ; d'après \($0.name), \($0.reference)" } ?? ""
    return "Source : \(document.title), fiche mise à jour le \(day(document.updated))\(reference)."
  }

  /// `2026-04-01` as `1er avril 2026`; the text itself where it is no day.
  static func day(_ text: String) -> String {
    let months = [
      "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
      "octobre", "novembre", "décembre",
    ]
    let parts = text.split(separator: "-").compactMap { Int($0) }
    guard parts.count == 3, months.indices.contains(parts[1] - 1) else { return text }
    return "\(parts[2] == 1 ? "1er" : String(parts[2])) \(months[parts[1] - 1]) \(parts[0])"
  }
}
