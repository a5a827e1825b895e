/// Words that passwords are guessed from first: those that everybody's lists of leaked passwords
/// begin with, in English and French, keyboard walks, first names, clubs, towns, and words of this
/// service. Lower-case, without accents.
enum CommonWords {
  static let all = Set(
    """
    password passwort passe motdepasse monmotdepasse motdepass mdp secret secrete secretword
    changeme changezmoi changeit letmein welcome bienvenue login admin administrator
    administrateur root user utilisateur guest invite default test testtest testing temporary
    temporaire master access acces connexion compte azerty azertyuiop azertyuiopqsdfghjklm
    qsdfghjklm wxcvbn azertyqsdfgh azeqsdwxc azerqsdf qwerty qwertyuiop qwertyuiopasdfghjkl
    asdfgh asdfghjkl zxcvbn zxcvbnm qwertz qwertzuiop qazwsx qazwsxedc qazwsxedcrfv poiuytreza
    poiuytrewq lkjhgfdsa mlkjhgfdsq abc abcd abcde abcdef abcdefg abcdefgh abcdefghij aqwzsx
    aqwzsxedc iloveyou ilovegod loveyou jetaime jetadore jtm jetaimetrop monamour moncoeur
    mamour amour amourdemavie love lovely lover bonjour bonsoir salut coucou hello helloworld
    soleil lune etoile etoiles ciel mer montagne doudou loulou loulous louloute chouchou
    choupette choupinette chocolat caramel nutella vanille bisou bisous bisounours nounours titi
    titine mimi minou minette chaton chatte chien licorne papillon papa maman mamie papi
    papounet mamounette famille mafamille mesenfants bebe enfant enfants princess princesse
    prince reine king queen dragon dragons monkey tigger tiger tigre lion panthere shadow
    sunshine summer winter spring autumn soleils football footballer basketball baseball hockey
    soccer superman batman spiderman starwars pokemon pikachu naruto minecraft fortnite
    playstation nintendo computer ordinateur internet google facebook youtube instagram whatsapp
    samsung iphone android microsoft windows linux michael michelle jennifer jessica jordan
    charlie thomas daniel nicolas camille julien antoine alexandre alexandra maxime mathieu
    guillaume sebastien stephane stephanie christophe christine catherine francois francoise
    isabelle nathalie valerie veronique sandrine caroline virginie celine laurent philippe
    patrick bernard jacques vincent olivier benjamin valentin quentin romain kevin jeremy
    jonathan anthony florian clement hugo lucas leo louis gabriel raphael arthur jules adam emma
    jade louise alice chloe lina manon marine charlotte juliette margaux mathilde pauline laura
    marie mariejeanne jeanmarie marseille olympique olympiquedemarseille parissaintgermain psg
    paris lyon toulouse bordeaux lille nantes nice strasbourg rennes montpellier france francais
    bretagne allezlesbleus champion champions liverpool chelsea arsenal barcelona realmadrid
    juventus ferrari porsche mercedes renault peugeot freedom liberte trustno trustnoone
    whatever nothing matrix mustang corvette harley hunter cowboys yankees phoenix phoenixcare
    phenix handicap mdph maisondeparis allocation famillephoenix azertyazerty qwertyqwerty
    motdepasses passwords passw passphrase correcthorsebatterystaple
    """.split { $0 == " " || $0 == "\n" }.map(String.init))
}
