/** A page that grows is for browsers without scripts. This one does better with the conversation's own page. */
const address = new URL(location.href);
address.searchParams.delete('live');
location.replace(address);
