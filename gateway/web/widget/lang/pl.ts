import type { Words } from '../words';

const words: Words = {
  locale_: ['pl'],
  openChat_: 'Otwórz czat', hideChat_: 'Ukryj czat', closeChat_: 'Zamknij czat',
  unread_: { one: '{n} nowa wiadomość', few: '{n} nowe wiadomości', other: '{n} nowych wiadomości' },
  hello_: 'Dzień dobry! W czym możemy pomóc?',
  intro_: 'Wybierz pytanie albo napisz do nas poniżej.',
  top_: 'Najczęstsze pytania', search_: 'Szukaj odpowiedzi',
  more_: 'Czytaj więcej', newTab_: 'otwiera się w nowej karcie',
  away_: 'Teraz nikogo nie ma. Zostaw nam wiadomość.',
  open_: 'Jesteśmy dostępni', shut_: 'Teraz nieczynne', until_: 'Czynne do {time}', opens_: 'Wracamy: {time}. Zostaw wiadomość.',
  connecting_: 'Łączenie …', offline_: 'Brak połączenia z internetem. Zachowamy to, co napiszesz.',
  you_: 'Ty', talk_: 'Rozmowa', write_: 'Napisz wiadomość', send_: 'Wyślij', person_: 'Porozmawiaj z człowiekiem',
  asked_: 'Konsultant został powiadomiony',
  left_: { one: 'Został {n} znak', few: 'Zostały {n} znaki', other: 'Zostało {n} znaków' },
  tooLong_: { one: 'O {n} znak za dużo', few: 'O {n} znaki za dużo', other: 'O {n} znaków za dużo' },
  auto_: 'Odpowiedź automatyczna', helpful_: 'Czy to pomogło?', yes_: 'Pomogło',
  glad_: 'Cieszymy się, że pomogło. Pisz śmiało w każdej chwili.', notHelped_: 'Dalej pomoże Ci konsultant.',
  typing_: '{name} pisze', sending_: 'Wysyłanie …', sent_: 'Wysłano', seen_: 'Przeczytano',
  notYet_: 'Jeszcze nie wysłano. Próbujemy dalej.',
  refused_: 'Nie możemy przyjąć tej wiadomości w tej postaci. Zmień ją i wyślij ponownie.',
  blocked_: 'Na razie nie możemy tu przyjmować Twoich wiadomości. Skontaktuj się z nami inaczej.',
  again_: 'Rozpocznij nową rozmowę',
  menu_: 'Menu',
  back_: 'Wróć do rozmowy', newest_: 'Najnowsze wiadomości',
};
export default words;
