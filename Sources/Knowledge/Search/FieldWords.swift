/// Words that make a question one of ours even where it names no aid.
enum FieldWords {
  static let stems: Set<String> = Set(
    FrenchText.searchTerms(
      """
      handicap mdph caf msa cdaph mda allocation prestation compensation incapacité invalidité \
      certificat médical notification aidant aidante dossier autisme autiste trisomie trisomique \
      fauteuil déambulateur aménagement aménager adapter indemnisation aveugle malvoyant sourde \
      malentendant polyhandicapé polyhandicap dyslexie dyslexique dyspraxie dyspraxique dysphasie \
      tdah schizophrénie bipolaire sclérose parkinson alzheimer paralysé paralysie tétraplégique \
      paraplégique hémiplégie myopathie leucémie cancer épilepsie avc déficience dépendant \
      dépendance auxiliaire accompagnant accompagnante difficulté maladie traumatisme crânien \
      ergothérapeute psychomotricien orthophoniste éducateur asthmatique diabétique allergique \
      tutelle cantine référent complément option bénéficiaire droits fourchette accompagnement
      """)
  ).subtracting(["medical", "ecole"])
}
