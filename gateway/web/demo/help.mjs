export const helpPages = () => ({});
