/// Words that make a question one of ours even where it names no aid.
enum FieldWords {
  static let stems: Set<String> = Set(
    FrenchText.searchTerms(
      """
      handicap mdph caf msa cdaph mda allocation prestation compensation incapacité invalidité \
      certificat médical notification aidant aidante dossier ressources autisme autiste \
      trisomie fauteuil aménagement indemnisation orientation
      complément déambulateur canne béquille élève scolarité \
      accompagnant trimestre dyslexie dyspraxie leucémie supplément tutelle
      """)
  ).subtracting(["medical"])
}
