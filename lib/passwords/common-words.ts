/**
 * What guessed passwords are made of, in lower case: what people take for a password when they are asked for one, and what
 * stands side by side on a keyboard. A list of pieces rather than of passwords: `password2024!` and `p4ssw0rd1234` need no
 * lines of their own. Shared with the browser's forms, so it stays short.
 */

const words = `
  password passwort passwd pass word secret geheim kennwort motdepasse contrasena senha parola wachtwoord haslo heslo
  admin administrator root user guest test testing tester demo sample example default login logon signin account access
  system server service support office computer internet network windows microsoft google facebook apple samsung oracle
  linux ubuntu debian android iphone database backup temp temporary public private master manager director company
  welcome willkommen bienvenue hello hallo bonjour goodbye letmein openup opensesame changeme change me change your this
  please trustno nopassword mypassword newpassword thepassword yourpassword thisisa thisismy myonly whatever nothing
  iloveyou iloveu loveyou lovely lover love forever always together sweetheart honey darling baby babygirl babyboy angel
  princess princesa prince queen king royal superstar rockstar star sunshine sunflower rainbow butterfly flower blossom
  summer autumn fall winter spring sommer herbst fruehling january february march april may june july august september
  october november december monday tuesday wednesday thursday friday saturday sunday morning evening today tomorrow
  monkey dragon tiger lion panther eagle falcon phoenix wolf bear horse pony unicorn rabbit bunny kitty kitten puppy dog
  cat mouse snake shark dolphin turtle penguin chicken duck bird fish spider scorpion
  football baseball basketball soccer hockey tennis golf cricket rugby softball volleyball player champion winner
  arsenal chelsea liverpool barcelona realmadrid manchester united juventus bayern dortmund yankees lakers cowboys
  superman batman spiderman ironman wonderwoman hulk thor joker starwars skywalker yoda vader matrix neo gandalf hobbit
  frodo harrypotter hogwarts pokemon pikachu naruto goku mario zelda minecraft fortnite warcraft counterstrike
  michael jordan jennifer jessica michelle nicole ashley amanda daniel andrew joshua matthew anthony robert thomas
  charlie george jackson william alexander benjamin samantha victoria elizabeth charlotte maria jesus christ godisgood
  heaven blessed faith grace hope believe bible church
  money dollar euro bitcoin million rich success freedom liberty america american england london paris berlin madrid
  moscow canada australia brasil mexico india china france germany deutschland espana italia europe
  chocolate cookie coffee banana orange apple cherry strawberry pepper cheese pizza chicken butter sugar candy
  guitar music metallica nirvana slipknot eminem beatles rocknroll ferrari porsche mustang corvette mercedes harley
  yamaha honda toyota hunter ranger soldier warrior killer shadow ninja samurai pirate wizard magic mystery
  purple yellow orange silver golden black white green blue red diamond crystal thunder lightning storm fire water
  access allow enter open sesame security secure safety abc xyz asd zxc qwe fuck fuckyou fucker bitch asshole shit sexy
  correct battery staple correcthorsebatterystaple unbelievable relationship congratulations international communication
  understanding entertainment professional independence constantinople supercalifragilisticexpialidocious
  antidisestablishmentarianism development environment unforgettable extraordinary revolutionary responsibility
  administrators administration authentication authorization application vestibule keycloak openid saml oauth sso
`

/** Each read in both directions, any part of at least three characters. */
const walks = `
  1234567890 0987654321 qwertyuiop asdfghjkl zxcvbnm qwertzuiop yxcvbnm azertyuiop qsdfghjklm wxcvbn
  abcdefghijklmnopqrstuvwxyz
  1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p 1q2w3e4r5t6y7u8i9o0p q1w2e3r4t5y6u7i8o9p0 qazwsxedcrfvtgbyhnujmikolp
  1qazxsw23edcvfr45tgbnhy67ujm zaqxswcdevfrbgtnhymju zaq12wsxcde34rfvbgt56yhnmju7 1a2s3d4f5g6h7j8k9l a1s2d3f4g5h6j7k8l9
  a1b2c3d4e5f6g7h8i9j0 1a2b3c4d5e6f7g8h9i0j aabbccddeeffgghhiijjkk 112233445566778899 1z2x3c4v5b6n7m
  !@#$%^&*() !"§$%&/()= 147258369 741852963 159753 789456123 asdzxcqwe qweasdzxc asdqwezxc
`

export const commonWords = [...new Set(words.trim().split(/\s+/))].filter((word) => word.length >= 3)
export const keyboardWalks = walks
  .trim()
  .split(/\s+/)
  .flatMap((walk) => [walk, [...walk].reverse().join('')])
